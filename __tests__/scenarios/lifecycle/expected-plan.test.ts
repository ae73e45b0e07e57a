import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { withVariable } from '../../stage/group-edits.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { AT_ONCE, GRANTED } from './life.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }
const PLAN = { ...GRANTED, operation: 'plan' }

/** Keeps a plan as an artifact of the approved run would be kept. */
async function withPlanFile(content: string, work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'approved-'))
  const path = join(folder, 'plan.json')
  await writeFile(path, content)
  await work(path).finally(() => rm(folder, { recursive: true }))
}

function editBehindOurBack(stage: Stage): void {
  stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
}

test.each(['fingerprint', 'file'])('the plan that was approved by its %s is applied', (kind) =>
  onStage(async (stage) => {
    const { outputs, planJson } = await stage.runInProcess(PLAN)
    await withPlanFile(planJson, async (path) => {
      const approved = kind === 'file' ? path : (outputs['plan-fingerprint'] ?? '')
      const applied = await stage.runInProcess({ ...APPLY, 'expected-plan': approved })
      expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
      expect(applied.outputs['plan-fingerprint']).toBe(outputs['plan-fingerprint'])
    })
  }, AT_ONCE),
)

test('a plan that differs in a secret alone says so', () =>
  onStage(async (stage) => {
    const { planJson } = await stage.runInProcess(PLAN)
    await withPlanFile(planJson, async (path) => {
      const wanted = { ...APPLY, 'expected-plan': path, 'apono-token': 'another-token-'.repeat(4) }
      expectFailure(
        await stage.runInProcess(wanted),
        'plan-changed',
        'Both read the same: they differ in a secret alone',
      )
    })
  }, AT_ONCE))

test('a plan that changed since is refused, and the file tells the difference', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const wanted = { 'connector-version': 'v1.7.7' }
    const { outputs, planJson } = await stage.runInProcess({ ...PLAN, ...wanted })
    editBehindOurBack(stage)
    const byFingerprint = await stage.runInProcess({
      ...APPLY,
      ...wanted,
      'expected-plan': outputs['plan-fingerprint'] ?? '',
    })
    expectFailure(byFingerprint, 'plan-changed', (outputs['plan-fingerprint'] ?? '').slice(0, 12))
    expect(writesOf(byFingerprint)).toEqual([])
    await withPlanFile(planJson, async (path) => {
      const byFile = await stage.runInProcess({ ...APPLY, ...wanted, 'expected-plan': path })
      expectFailure(
        byFile,
        'plan-changed',
        'What differs (- approved, + now):',
        'environment.APONO_URL',
        'evil.example.com',
      )
      expect(plainLog(byFile)).not.toMatch(/^[-+] .*: image/m)
      expect(writesOf(byFile)).toEqual([])
    })
  }, AT_ONCE))

test('an approved plan is spent once it is applied', () =>
  onStage(async (stage) => {
    const { outputs } = await stage.runInProcess(PLAN)
    const approved = { ...APPLY, 'expected-plan': outputs['plan-fingerprint'] ?? '' }
    await stage.runInProcess(approved)
    expectFailure(await stage.runInProcess(approved), 'plan-changed')
  }, AT_ONCE))

const uncheckable = [
  { what: 'no JSON', content: 'approved' },
  { what: 'nothing', content: '' },
  { what: 'another JSON', content: '{"formatVersion":1}' },
  { what: 'a plan of another format', content: `{"formatVersion":2,"fingerprint":"${'0'.repeat(64)}","changes":[]}` },
  { what: 'a plan without a proper fingerprint', content: '{"formatVersion":1,"fingerprint":"","changes":[]}' },
]

test.each(uncheckable)('a file with $what approves nothing', ({ content }) =>
  onStage((stage) =>
    withPlanFile(content, async (path) => {
      const refused = await stage.runInProcess({ ...APPLY, 'expected-plan': path })
      expectFailure(refused, 'plan-changed', 'could not be checked')
      expect(writesOf(refused)).toEqual([])
    }),
  ),
)

test.each(['/nowhere/plan.json', '0'.repeat(64)])('neither does %s', (approved) =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ ...APPLY, 'expected-plan': approved })
    expectFailure(refused, 'plan-changed')
    expect(writesOf(refused)).toEqual([])
  }),
)

test.each(['', 'approved', '../plan', 'ABC'])(
  'what is neither (%j) is told before anything is asked, unless it is empty',
  (approved) =>
    onStage(async (stage) => {
      const result = await stage.runInProcess({ ...APPLY, 'expected-plan': approved })
      if (approved === '') expect(result.exitCode).toBe(0)
      else expectFailure(result, 'invalid-inputs', 'expected-plan')
    }, AT_ONCE),
)
