import { expect, jest, test } from '@jest/globals'
import { withContainer, withVariable } from '../../stage/group-edits.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { as, warningsIn } from '../grants/deployers.ts'
import { resourceGroupOf } from '../grants/granted.ts'
import { APPLY, DRIFT, DRIFTED, grantIdIn, IN_SYNC, PENDING, verdictOf } from './drifting.ts'
import { AT_ONCE } from './life.ts'
import { stateOf } from './state.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const newInputs = [
  { what: 'another version', inputs: { 'connector-version': 'v1.7.7' } },
  { what: 'another tag', inputs: { tags: 'team=iam' } },
  { what: 'another limit of its rights', inputs: { 'constrain-roles': 'none' } },
  { what: 'no rights', inputs: { permissions: 'none', 'constrain-roles': 'none' } },
  { what: 'another token', inputs: { 'apono-token': 'another-token-of-the-connector' } },
]

test.each(newInputs)('$what in the inputs is pending, not drift, and no repair applies it', ({ inputs }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const told = await stage.runInProcess({ ...DRIFT, ...inputs })
    expect(verdictOf(told)).toEqual(PENDING)
    expect(plainLog(told)).toContain('nobody applied them yet (pending).')
    const repaired = await stage.runInProcess({ ...DRIFT, ...inputs, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([PENDING, []])
  }, AT_ONCE),
)

/** Grants that move, come or go with their group, because the inputs want another group. */
const movingGrants = [
  { what: 'another size', applied: {}, inputs: { cpu: '2', 'allow-replace': 'true' } },
  { what: 'a further replica', applied: {}, inputs: { replicas: '2' } },
  { what: 'one replica less', applied: { replicas: '2' }, inputs: {} },
]

test.each(movingGrants)(
  '$what in the inputs is pending with all its grants, and no repair applies it',
  ({ applied, inputs }) =>
    onStage(async (stage) => {
      await stage.runInProcess({ ...APPLY, ...applied })
      expect(verdictOf(await stage.runInProcess({ ...DRIFT, ...inputs }))).toEqual(PENDING)
      const repaired = await stage.runInProcess({ ...DRIFT, ...inputs, 'auto-repair': 'true' })
      expect([verdictOf(repaired), writesOf(repaired)]).toEqual([PENDING, []])
    }, AT_ONCE),
)

test('drift of a grant and a pending version: the repair takes back the one and leaves the other', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const applied = stateOf(stage)
    stage.control.deleteResource(grantIdIn(stage))
    const wanted = { ...DRIFT, 'connector-version': 'v1.7.7' }
    const told = await stage.runInProcess(wanted)
    expect(verdictOf(told)).toEqual(DRIFTED)
    expect([plainLog(told).includes('(drift).'), plainLog(told).includes('(pending).')]).toEqual([true, true])
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([repaired.exitCode, writesOf(repaired).length]).toEqual([0, 1])
    expect(stateOf(stage)).toEqual(applied)
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(PENDING)
  }, AT_ONCE))

const onGrants = [
  { what: 'a deleted grant', edit: (stage: Stage) => stage.control.deleteResource(grantIdIn(stage)) },
  {
    what: 'a wider condition',
    edit: (stage: Stage) =>
      stage.control.patchResource(grantIdIn(stage), { properties: { condition: null, conditionVersion: null } }),
  },
]

test.each(onGrants)('$what is drift also where a replace is pending, and left to an apply', ({ edit }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    edit(stage)
    const wanted = { ...DRIFT, cpu: '2', 'allow-replace': 'true' }
    const told = await stage.runInProcess(wanted)
    expect([verdictOf(told), plainLog(told).includes('(drift and pending).')]).toEqual([DRIFTED, true])
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([DRIFTED, []])
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE),
)

test.each(onGrants)('$what is drift also where the inputs ask for another grant', ({ edit }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    edit(stage)
    const wanted = {
      ...DRIFT,
      'extra-role-assignments': JSON.stringify([{ role: 'Reader', scope: resourceGroupOf(stage) }]),
    }
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(DRIFTED)
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE),
)

test('who may only read is told of drift, and not of rights that only a repair takes', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    stage.control.addFederatedCredential(as(stage, 'planner')['client-id'])
    const told = await stage.runInProcess({ ...DRIFT, ...as(stage, 'planner'), 'fail-on-drift': 'false' })
    expect(verdictOf(told)).toEqual([0, 'drifted', 'true', ''])
    expect([warningsIn(told), told.summary.includes('lacks')]).toEqual([[], false])
    const repair = await stage.runInProcess({ ...DRIFT, ...as(stage, 'planner'), 'auto-repair': 'true' })
    expect([repair.outputs['failure-reason'], writesOf(repair)]).toEqual(['permission-denied', []])
  }, AT_ONCE))

test('an edit and a new input on one group are told as both, and left to an apply', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    const wanted = { ...DRIFT, 'connector-version': 'v1.7.7' }
    const told = await stage.runInProcess(wanted)
    expect(verdictOf(told)).toEqual(DRIFTED)
    expect(plainLog(told)).toContain('(drift and pending). Only an apply settles that.')
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([DRIFTED, []])
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE))

test('a repair that would replace the group takes the same consent as an apply', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...APPLY, cpu: '2' })
    stage.edit(withContainer((container) => ({ ...container, resources: { requests: { cpu: 1, memoryInGB: 2 } } })))
    const wanted = { ...DRIFT, cpu: '2', 'auto-repair': 'true' }
    const refused = await stage.runInProcess(wanted)
    expect([refused.exitCode, refused.outputs['failure-reason'], writesOf(refused)]).toEqual([1, 'replace-refused', []])
    const repaired = await stage.runInProcess({ ...wanted, 'allow-replace': 'true' })
    expect([repaired.exitCode, repaired.outputs['drift-detected']]).toEqual([0, 'true'])
    expect(verdictOf(await stage.runInProcess({ ...DRIFT, cpu: '2' }))).toEqual(IN_SYNC)
  }, AT_ONCE))
