import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage({ timing: { lookMs: 10_000 } })
})
afterEach(() => stage.close())

/** Only the clock of Azure is waited for. */
const QUICK = { pace: { second: 20 } }

const GROUP = /\/containerGroups\/apono-connector$/

test('a new connector is watched until its probe had its turn, by the clock of Azure', async () => {
  const applied = await stage.runInProcess({ operation: 'apply' }, QUICK)
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'running'])
  const written = applied.requests.findIndex(({ method }) => method === 'PUT')
  const looks = requestsTo({ requests: applied.requests.slice(written + 1) }, GROUP).length
  // About every ten seconds.
  expect(looks).toBe(7)
  expect(plainLog(applied)).toContain('it is watched until it has run for 65 s without a mishap')
  expect(plainLog(applied)).toMatch(/it is running for (5|6)\d s/)
  expect(applied.outputs['connector-version']).toBe('v1.7.8')
})

test('one without a probe is watched for 45 seconds', async () => {
  const applied = await stage.runInProcess({ operation: 'apply', 'connector-version': 'v1.6.6' }, QUICK)
  expect(applied.exitCode).toBe(0)
  expect(plainLog(applied)).toContain('it is watched until it has run for 45 s without a mishap')
})

test('a probe that first fails a period after its delay is not missed', async () => {
  stage.control.setContainerBehaviour('unhealthy')
  stage.control.setTiming({ firstProbeMs: 29_000 })
  const failed = await stage.runInProcess({ operation: 'apply' }, QUICK)
  expectFailure(failed, 'connector-unhealthy', 'it is failing its health probe')
})

test('a connector that has run for long is not watched again: an apply with nothing to do is two requests of reading', async () => {
  await stage.runInProcess({ operation: 'apply' }, QUICK)
  stage.control.advanceClock(70_000)
  const again = await stage.runInProcess({ operation: 'apply' }, QUICK)
  expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
  expect(requestsTo(again, /\/containerGroups/)).toHaveLength(2)
  expect(plainLog(again)).not.toContain('watched')
})

test('a connector that was restarted just now is watched, though nothing has to be changed', async () => {
  await stage.runInProcess({ operation: 'apply', wait: 'none' }, QUICK)
  const again = await stage.runInProcess({ operation: 'apply' }, QUICK)
  expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
  expect(plainLog(again)).toContain('watched')
})

test('each replica is watched before the next one is touched', async () => {
  const applied = await stage.runInProcess({ operation: 'apply', replicas: '2' }, QUICK)
  expect(applied.exitCode).toBe(0)
  const second = applied.requests.findIndex(
    ({ method, path }) => method === 'PUT' && path.endsWith('apono-connector-2'),
  )
  const first = applied.requests.findIndex(({ method, path }) => method === 'PUT' && path.endsWith('apono-connector'))
  expect(requestsTo({ requests: applied.requests.slice(first + 1, second) }, GROUP)).toHaveLength(7)
})

test('a runner whose clock is wrong changes nothing', async () => {
  stage.control.advanceClock(3 * 24 * 3600 * 1000)
  const applied = await stage.runInProcess({ operation: 'apply' }, QUICK)
  expect(applied.exitCode).toBe(0)
  expect(plainLog(applied)).toMatch(/it is running for (59|60|61) s/)
})
