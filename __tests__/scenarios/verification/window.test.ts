import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage({ timing: { lookMs: 10_000 } })
})
afterEach(() => stage.close())

const GROUP = /\/containerGroups\/apono-connector$/

test('a new connector is watched until it has run for 45 seconds, by the clock of Azure', async () => {
  const applied = await stage.runInProcess({ operation: 'apply' })
  expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'running'])
  const written = applied.requests.findIndex(({ method }) => method === 'PUT')
  const looks = requestsTo({ requests: applied.requests.slice(written + 1) }, GROUP).length
  // About every ten seconds.
  expect(looks).toBe(5)
  expect(plainLog(applied)).toContain('it is watched until it has run for 45 s without a mishap')
  expect(plainLog(applied)).toMatch(/it is running for (3|4)\d s/)
  expect(applied.outputs['connector-version']).toBe('v1.7.8')
})

test('a connector that has run for long is not watched again: an apply with nothing to do is two requests of reading', async () => {
  await stage.runInProcess({ operation: 'apply' })
  stage.control.advanceClock(60_000)
  const again = await stage.runInProcess({ operation: 'apply' })
  expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
  expect(requestsTo(again, /\/containerGroups/)).toHaveLength(2)
  expect(plainLog(again)).not.toContain('watched')
})

test('a connector that was restarted just now is watched, though nothing has to be changed', async () => {
  await stage.runInProcess({ operation: 'apply', wait: 'none' })
  const again = await stage.runInProcess({ operation: 'apply' })
  expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
  expect(plainLog(again)).toContain('watched')
})

test('each replica is watched before the next one is touched', async () => {
  const applied = await stage.runInProcess({ operation: 'apply', replicas: '2' })
  expect(applied.exitCode).toBe(0)
  const second = applied.requests.findIndex(
    ({ method, path }) => method === 'PUT' && path.endsWith('apono-connector-2'),
  )
  const first = applied.requests.findIndex(({ method, path }) => method === 'PUT' && path.endsWith('apono-connector'))
  expect(requestsTo({ requests: applied.requests.slice(first + 1, second) }, GROUP)).toHaveLength(5)
})

test('a runner whose clock is wrong changes nothing', async () => {
  stage.control.advanceClock(3 * 24 * 3600 * 1000)
  const applied = await stage.runInProcess({ operation: 'apply' })
  expect(applied.exitCode).toBe(0)
  expect(plainLog(applied)).toMatch(/it is running for (29|30) s/)
})
