import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { FaultEffect } from '../sandbox/faults.ts'
import { expectFailure } from './stage/failure.ts'
import { withContainer, withTags, withVariable } from './stage/group-edits.ts'
import { plainLog, planLines, type Result, requestsTo, writesOf } from './stage/result.ts'
import { openStage, type Stage } from './stage.ts'

/** The later life of a connector through the sources, in this process; `scenarios/lifecycle/` goes further. */
let stage: Stage

beforeAll(async () => {
  stage = await openStage({ timing: { replicationMs: 0, graphConsistencyMs: 0 } })
})
afterEach(() => {
  stage.control.clearFaults()
  stage.removeGroups()
})
afterAll(() => stage.close())

const LARGER = { cpu: '2', 'allow-replace': 'true' }
const UNMARKED = { 'apono-managed-by': null, 'apono-connector-id': null, 'apono-last-applied': null }

function apply(inputs: Readonly<Record<string, string>> = {}): Promise<Result> {
  return stage.runInProcess({ operation: 'apply', ...inputs })
}

test('a replace moves the grants to the new identity, and a plan after it is empty', async () => {
  const inputs = { permissions: 'subscription' }
  const first = await apply(inputs)
  const replaced = await apply({ ...inputs, ...LARGER })
  expect([replaced.exitCode, replaced.outputs['to-replace']]).toEqual([0, '3'])
  expect(replaced.outputs['principal-id']).not.toBe(first.outputs['principal-id'])
  expect((await stage.runInProcess({ ...inputs, ...LARGER })).outputs.outcome).toBe('in-sync')
  await stage.runInProcess({ operation: 'destroy', confirm: 'apono-connector' })
})

const unchangeable: FaultEffect = {
  kind: 'reply',
  status: 400,
  body: { error: { code: 'InvalidContainerGroupUpdate', message: 'The updates are invalid.' } },
}

test('what Azure refuses to change in place becomes a replace, with consent and without an approved plan', async () => {
  const update = { 'connector-version': 'v1.7.7' }
  await apply()
  stage.control.injectFault({ name: 'refused', method: 'PUT', effect: unchangeable })
  expectFailure(await apply(update), 'replace-refused', 'The updates are invalid.')

  const consent = { ...update, 'allow-replace': 'true' }
  const { outputs } = await stage.runInProcess(consent)
  stage.control.injectFault({ name: 'again', method: 'PUT', effect: unchangeable })
  const approved = await apply({ ...consent, 'expected-plan': outputs['plan-fingerprint'] ?? '' })
  expectFailure(approved, 'replace-refused')

  stage.control.injectFault({ name: 'once more', method: 'PUT', effect: unchangeable })
  const replaced = await apply(consent)
  expect([replaced.exitCode, replaced.outputs['to-replace']]).toEqual([0, '1'])
  expect(plainLog(replaced)).toContain('With your consent it becomes a replace:')
  expect((await stage.runInProcess(consent)).outputs.outcome).toBe('in-sync')
})

test('a destroy takes everything away, also the second time, and grants besides', async () => {
  await apply({ permissions: 'subscription', replicas: '2' })
  const destroy = { operation: 'destroy', permissions: '' }
  expectFailure(await stage.runInProcess(destroy), 'invalid-inputs', '- confirm: is needed to destroy')
  const destroyed = await stage.runInProcess({ ...destroy, confirm: 'apono-connector' })
  expect([destroyed.exitCode, destroyed.outputs['to-delete'], destroyed.outputs.outcome]).toEqual([0, '6', 'applied'])
  const again = await stage.runInProcess({ ...destroy, confirm: 'apono-connector' })
  expect([again.outputs.outcome, writesOf(again)]).toEqual(['in-sync', []])
})

test('a connector that Apono still uses is destroyed by force only', async () => {
  const { apono, origin } = stage.sandbox
  await apply()
  apono.integrations = ['prod', 'stage', 'data'].map((name) => ({
    id: name,
    name: `azure-${name}`,
    type: 'azure-subscription',
    connectorId: 'apono-connector',
  }))
  const asking = {
    operation: 'destroy',
    confirm: 'apono-connector',
    'apono-api-url': `${origin}/apono`,
    'apono-api-token': apono.token,
  }
  const refused = await stage.runInProcess(asking)
  expectFailure(refused, 'connector-in-use', '"azure-prod", "azure-stage", "azure-data"', 'force: true')
  expect(writesOf(refused)).toEqual([])
  expectFailure(
    await stage.runInProcess({ ...asking, 'apono-api-token': 'not-a-token-of-apono' }),
    'apono-refused',
    '401',
  )
  expect((await stage.runInProcess({ ...asking, force: 'true' })).outputs.outcome).toBe('applied')
  apono.integrations = []
  const unused = await stage.runInProcess(asking)
  expect(plainLog(unused)).toContain('No integration in Apono uses this connector.')
})

test('drift is told from changes of the inputs, and taken back on request', async () => {
  const drift = { operation: 'drift', tags: 'team=iam' }
  await apply({ tags: 'team=iam' })
  const calm = await stage.runInProcess(drift)
  expect([calm.exitCode, calm.outputs['drift-detected'], calm.outputs.outcome]).toEqual([0, 'false', 'in-sync'])

  const pending = await stage.runInProcess({ ...drift, tags: 'team=iam\na=b' })
  expect([pending.exitCode, pending.outputs['drift-detected']]).toEqual([0, 'false'])
  expect(plainLog(pending)).toContain('the inputs changed since the last apply')

  stage.edit(withVariable({ name: 'APONO_URL', value: 'proxy.example.com' }))
  const both = await stage.runInProcess({ ...drift, tags: 'team=iam\na=b', 'fail-on-drift': 'false' })
  expect([both.exitCode, both.outputs.outcome]).toEqual([0, 'drifted'])
  expect(plainLog(both)).toContain('drift and pending')

  const drifted = await stage.runInProcess(drift)
  expect([drifted.exitCode, drifted.outputs['failure-reason']]).toEqual([1, 'drifted'])
  expect([drifted.outputs['drift-detected'], drifted.outputs.outcome]).toEqual(['true', 'drifted'])
  expect(writesOf(drifted)).toEqual([])

  const repaired = await stage.runInProcess({ ...drift, 'auto-repair': 'true' })
  expect([repaired.exitCode, writesOf(repaired)]).toEqual([0, ['PUT apono-connector']])
  expect((await stage.runInProcess(drift)).outputs['drift-detected']).toBe('false')
})

test('a repair that would be a replace is refused like any other', async () => {
  await apply()
  stage.edit(withContainer((container) => ({ ...container, command: ['sh'] })))
  const refused = await stage.runInProcess({ operation: 'drift', 'auto-repair': 'true' })
  expectFailure(refused, 'replace-refused', 'allow-replace: true')
  expect(writesOf(refused)).toEqual([])
})

test('a plan that was approved is applied, another one is not, and the file tells what differs', async () => {
  const planned = await stage.runInProcess({})
  const fingerprint = planned.outputs['plan-fingerprint'] ?? ''
  const file = join(tmpdir(), `approved-of-tests-${process.pid}.json`)
  await writeFile(file, planned.planJson)
  const changed = { tags: 'team=iam' }
  expectFailure(await apply({ ...changed, 'expected-plan': fingerprint }), 'plan-changed', fingerprint.slice(0, 12))
  expectFailure(await apply({ ...changed, 'expected-plan': file }), 'plan-changed', 'What differs', 'team')
  expectFailure(await apply({ 'expected-plan': `missing-${process.pid}.json` }), 'plan-changed', 'could not be checked')
  expect((await apply({ 'expected-plan': file })).outputs.outcome).toBe('applied')
  await rm(file)
  const { outputs } = await stage.runInProcess(changed)
  const applied = await apply({ ...changed, 'expected-plan': outputs['plan-fingerprint'] ?? '' })
  expect(applied.outputs.outcome).toBe('applied')
})

test('a group without our mark is adopted under the name it has, on the terms of the inputs', async () => {
  const name = 'made-by-hand'
  await apply({ name, cpu: '2' })
  stage.edit(withTags(UNMARKED), name)
  expectFailure(await apply({ adopt: 'false' }), 'adoption-refused', `"${name}" runs this connector`)
  expectFailure(await apply({ name: 'another' }), 'adoption-refused', `name: ${name}`)
  const kept = await apply({ adopt: 'keep-size' })
  expect([kept.exitCode, planLines(kept).some((line) => line.includes('cpu'))]).toEqual([0, false])
  expect(plainLog(kept)).toContain('it is adopted and marked')
  expect((await stage.runInProcess({ adopt: 'keep-size' })).outputs.outcome).toBe('in-sync')
})

test('a second group of this connector is left alone, and counts as drift', async () => {
  await apply()
  await apply({ name: 'beside', 'connector-id': 'beside' })
  stage.edit(withTags(UNMARKED), 'beside')
  stage.edit(withVariable({ name: 'APONO_CONNECTOR_ID', value: 'apono-connector' }), 'beside')
  const planned = await stage.runInProcess({})
  expect(plainLog(planned)).toContain('"beside" runs this connector too')
  const drift = await stage.runInProcess({ operation: 'drift', 'auto-repair': 'true' })
  expectDrift(drift, '"beside" beside it')
  expect(writesOf(drift)).toEqual([])
})

function expectDrift(result: Result, said: string): void {
  expect([result.exitCode, result.outputs['failure-reason']]).toEqual([1, 'drifted'])
  expect(plainLog(result)).toContain(said)
}

test('replicas come and go one at a time, and share nothing but the connector', async () => {
  const many = { replicas: '3', permissions: 'subscription' }
  expect(writesOf(await apply(many)).filter((write) => write.includes('apono-connector'))).toEqual([
    'PUT apono-connector',
    'PUT apono-connector-2',
    'PUT apono-connector-3',
  ])
  expect((await stage.runInProcess(many)).outputs.outcome).toBe('in-sync')
  const fewer = { ...many, replicas: '1' }
  expect(writesOf(await apply(fewer)).filter((write) => write.startsWith('DELETE apono'))).toHaveLength(2)
  expect((await stage.runInProcess(fewer)).outputs.outcome).toBe('in-sync')
  await stage.runInProcess({ operation: 'destroy', confirm: 'apono-connector' })
})

test.each([
  ['an update', { tags: 'team=iam' }],
  ['a replace', LARGER],
  ['its end', { operation: 'destroy', confirm: 'apono-connector' }],
])('a group that somebody changes between plan and %s is left as it is', async (_what, inputs) => {
  await apply()
  stage.control.injectFault({ name: 'late', path: '/containerGroups/', on: 2, effect: { kind: 'delay', ms: 300 } })
  const running = apply(inputs)
  while ((stage.control.faults()[0]?.matched ?? 0) < 2) await sleep(2)
  stage.edit(withVariable({ name: 'APONO_URL', value: 'proxy.example.com' }))
  const ended = await running
  expectFailure(ended, 'plan-changed', 'was changed while this run was under way')
  expect(writesOf(ended)).toEqual([])
})

test('a run that is cancelled says what it had done', async () => {
  const before = await stage.runInProcess({ operation: 'apply' }, { stop: AbortSignal.abort() })
  expectFailure(before, 'cancelled', 'everything: nothing was changed')
  expect(writesOf(before)).toEqual([])

  const stopping = new AbortController()
  stage.control.injectFault({ name: 'slow', path: '/operations/', effect: { kind: 'delay', ms: 100 } })
  const running = stage.runInProcess({ operation: 'apply', permissions: 'subscription' }, { stop: stopping.signal })
  while ((stage.control.faults()[0]?.matched ?? 0) < 1) await sleep(2)
  stopping.abort()
  const during = await running
  expectFailure(during, 'cancelled', 'was not finished', 'was not tried')
  expect(requestsTo(during, /roleAssignments\//)).toEqual([])
  expect((await apply({ permissions: 'subscription' })).exitCode).toBe(0)
  await stage.runInProcess({ operation: 'destroy', confirm: 'apono-connector' })
})
