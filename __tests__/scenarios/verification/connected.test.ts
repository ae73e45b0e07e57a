import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../sandbox/protocol.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage
let asking: Record<string, string>

beforeEach(async () => {
  stage = await openStage()
  asking = {
    operation: 'apply',
    'apono-api-token': stage.sandbox.apono.token,
    'apono-api-url': `${stage.sandbox.origin}/apono`,
  }
})
afterEach(() => stage.close())

/** Only the clocks of others are waited for. */
const QUICK = { pace: { second: 20 } }
/** Nor is what Apono has time for. */
const IMPATIENT = { pace: { second: 20, limit: 50 } }

const CONNECTORS = /\/v3\/connectors/

/** Apono answers every question about connectors like this, from the second on a minute later by its clock. */
function answer(status: number, body: JsonObject): void {
  const at = (ms: number) => ({ date: new Date(ms).toUTCString() })
  const now = Date.now()
  const first = { kind: 'reply', status, body, headers: at(now) } as const
  const later = { kind: 'reply', status, body, headers: at(now + 60_000) } as const
  stage.control.injectFault({ name: 'first answer', path: '/v3/connectors', effect: first })
  stage.control.injectFault({ name: 'later answers', path: '/v3/connectors', on: 'every', effect: later })
}

/** A connector of this deployment, but for what is changed. */
function registered(changes: JsonObject, place: JsonObject = {}): JsonObject {
  const session = {
    id: 's1',
    metadata: {
      connector_version: '1.7.8',
      cloud_provider_metadata: {
        subscription_id: stage.sandbox.inputs['subscription-id'] ?? '',
        resource_group: 'rg-apono',
        region: 'westeurope',
        ...place,
      },
    },
  }
  return { id: 'apono-connector', status: 'CONNECTED', version: '1.7.8', sessions: [session], ...changes }
}

test('connected means that Apono sees every replica of this deployment', async () => {
  const applied = await stage.run({ ...asking, wait: 'connected', replicas: '2' })
  expect([applied.exitCode, applied.outputs['connector-status'], applied.outputs['connector-version']]).toEqual([
    0,
    'connected',
    'v1.7.8',
  ])
  expect(plainLog(applied)).toContain(
    'Apono says that the connector "apono-connector" is connected, in version v1.7.8.',
  )
  expect(applied.outputs['connector-url']).toBe('https://app.apono.io/connectors')
})

test('a connector that takes its time to connect is waited for', async () => {
  stage.control.setTiming({ connectMs: 200_000 })
  const applied = await stage.runInProcess({ ...asking, wait: 'connected' })
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'connected'])
  const answers = requestsTo(applied, CONNECTORS).map(({ status }) => status)
  expect(answers.at(0)).toBe(404)
  expect(answers.at(-1)).toBe(200)
})

test('the session of the container of before is not one of the container that took its place', async () => {
  await stage.runInProcess({ ...asking, wait: 'connected' }, QUICK)
  stage.control.advanceClock(3_600_000)
  stage.control.setTiming({ lingerMs: 600_000, connectMs: 400_000 })
  const update = { ...asking, 'environment-secure': 'PROXY_PASSWORD=correct horse battery' }
  const applied = await stage.runInProcess({ ...update, wait: 'connected' }, QUICK)
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'connected'])
  const counts = requestsTo(applied, CONNECTORS).map(
    ({ replyBody }) => itemsOf(fieldsOf(JSON.parse(replyBody)).sessions).length,
  )
  expect(counts).toContain(2)
})

test('statuses and ids are compared without regard to casing, and a region that is not told is no difference', async () => {
  answer(200, registered({ status: 'Connected' }, { resource_group: 'RG-Apono', region: null }))
  const applied = await stage.runInProcess({ ...asking, wait: 'connected' })
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'connected'])
})

const WRONG: readonly (readonly [string, () => JsonObject, string])[] = [
  [
    'disconnected',
    () => registered({ status: 'DISCONNECTED', sessions: [] }),
    'Apono calls the connector disconnected.',
  ],
  [
    'another deployment',
    () => registered({}, { resource_group: 'rg-other' }),
    'Apono sees 0 of 1 sessions of this deployment. Sessions that are not of this deployment differ in: resource group "rg-other" instead of "rg-apono"',
  ],
  [
    'another cloud',
    () => registered({ sessions: [{ metadata: { cloud_provider_metadata: { kubernetes_type: 'EKS' } } }] }),
    'subscription (not told) instead of',
  ],
  ['a list of nothing', () => registered({ sessions: [{}, null, 3] }), 'Apono sees 0 of 1 sessions'],
  ['without sessions', () => registered({ sessions: null }), 'Apono sees 0 of 1 sessions'],
  ['nothing that makes sense', () => ({ sessions: 'many' }), 'Apono calls the connector nothing.'],
]

test.each(WRONG)(
  '%s is not connected: a failure when that was asked for, else a warning',
  async (_what, body, said) => {
    answer(200, body())
    stage.control.setTiming({ connectMs: 0 })
    const failed = await stage.runInProcess({ ...asking, wait: 'connected', 'wait-timeout': '30s' }, IMPATIENT)
    expectFailure(failed, 'connector-not-connected', said)
    expect(failed.outputs['connector-status']).toBe('not-connected')
    const warned = await stage.runInProcess(asking, QUICK)
    expect([warned.exitCode, warned.outputs['connector-status']]).toEqual([0, 'not-connected'])
    expect(warned.raw).toContain('::warning title=connector-not-connected::')
  },
  60_000,
)

test('too few sessions are not enough', async () => {
  answer(200, registered({}))
  const warned = await stage.runInProcess({ ...asking, replicas: '2' })
  expect([warned.exitCode, warned.outputs['connector-status']]).toEqual([0, 'not-connected'])
  expect(warned.raw).toContain('Apono sees 1 of 2 sessions')
})

test('an Apono that is out of order fails a run that leans on it, and no other', async () => {
  answer(503, { message: 'Service Unavailable' })
  const warned = await stage.runInProcess(asking, QUICK)
  expect([warned.exitCode, warned.outputs['connector-status']]).toEqual([0, 'running'])
  expect(warned.raw).toContain('::warning title=apono-unavailable::')
  stage.control.clearFaults()
  answer(401, { message: 'Unauthorized' })
  const refused = await stage.runInProcess({ ...asking, wait: 'connected' })
  expectFailure(refused, 'apono-refused', 'does not accept the API token', 'apono-api-token')
  expect(refused.outputs['connector-status']).toBe('running')
  // Once for the plan, which would tell of a newer version, and once for the verdict.
  expect(requestsTo(refused, CONNECTORS)).toHaveLength(2)
})

test('an outage that passes is waited out', async () => {
  const effect = { kind: 'reply', status: 500, body: {}, headers: { 'retry-after-ms': '1' } } as const
  for (const on of [1, 2, 3, 4, 5])
    stage.control.injectFault({ name: `outage ${on}`, path: '/v3/connectors', on, effect })
  const applied = await stage.runInProcess({ ...asking, wait: 'connected' }, QUICK)
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'connected'])
}, 60_000)

test('an Apono that wants more time than there is ends the wait at once', async () => {
  const effect = { kind: 'reply', status: 429, body: {}, headers: { 'retry-after': '3600' } } as const
  stage.control.injectFault({ name: 'too many', path: '/v3/connectors', on: 'every', effect })
  const failed = await stage.runInProcess({ ...asking, wait: 'connected' }, QUICK)
  expectFailure(failed, 'throttled', 'it wants to be asked again in 3600 s', 'leave `apono-api-token` out')
  // Once for the plan, which would tell of a newer version, and once for the verdict.
  expect(requestsTo(failed, CONNECTORS)).toHaveLength(2)
})

test('to wait for Apono takes its token', async () => {
  const refused = await stage.runInProcess({ operation: 'apply', wait: 'connected' })
  expectFailure(refused, 'invalid-inputs', 'apono-api-token', 'only Apono knows whether the connector is connected')
  const planned = await stage.runInProcess({ operation: 'plan', wait: 'connected' })
  expect(planned.exitCode).toBe(0)
  const wrong = await stage.runInProcess({ wait: 'forever', 'wait-timeout': '5s' })
  expectFailure(wrong, 'invalid-inputs', 'wait: is none of the choices', 'wait-timeout: is out of range')
})

test('Apono is not asked about a connector that does not run', async () => {
  stage.control.setContainerBehaviour('crash-loop')
  const failed = await stage.runInProcess({ ...asking, wait: 'connected' })
  expectFailure(failed, 'connector-unhealthy')
  // The plan asked for a newer version; nobody asked again.
  expect(requestsTo(failed, CONNECTORS)).toHaveLength(1)
})
