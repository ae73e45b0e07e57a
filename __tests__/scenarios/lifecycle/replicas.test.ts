import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, type Result, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { directoryReadersIn, grantsOf, onStageWithOrphans } from '../grants/granted.ts'
import { act } from './by-hand.ts'
import { AT_ONCE, GRANTED } from './life.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const THREE = { ...GRANTED, operation: 'apply', replicas: '3' }
const NAMES = ['apono-connector', 'apono-connector-2', 'apono-connector-3']

/** Writes to groups, in order. */
function groupWrites(result: Result): string[] {
  return writesOf(result).filter((line) => line.includes('apono-connector'))
}

function versionsIn(stage: Stage): (string | undefined)[] {
  return NAMES.map((name) => stage.stored(name)?.properties.containers?.[0]?.properties?.image?.split(':')[1])
}

/** Every group has its own grant and its own directory role, and nobody else has one. */
function expectGrants(stage: Stage, count: number): void {
  const ours = grantsOf(stage).filter(({ description }) => description?.startsWith('Apono connector'))
  const principals = ours.map(({ principal }) => principal)
  expect([ours.length, new Set(principals).size]).toEqual([count, count])
  expect(directoryReadersIn(stage).sort()).toEqual(principals.sort())
}

test('replicas grow and shrink, each with its own rights', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...THREE, replicas: '1' })
    const grown = await stage.runInProcess(THREE)
    expect(groupWrites(grown)).toEqual(['PATCH apono-connector', 'PUT apono-connector-2', 'PUT apono-connector-3'])
    expectGrants(stage, 3)
    expect((await stage.runInProcess({ ...THREE, operation: 'plan' })).outputs.outcome).toBe('in-sync')

    const shrunk = await stage.runInProcess({ ...THREE, replicas: '1' })
    expect(groupWrites(shrunk)).toEqual([
      'PATCH apono-connector',
      'DELETE apono-connector-2',
      'DELETE apono-connector-3',
    ])
    expectGrants(stage, 1)
    expect((await stage.runInProcess({ ...THREE, replicas: '1', operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, AT_ONCE))

test('an upgrade rolls: the next one is touched once the one before runs again', () =>
  onStage(async (stage) => {
    await stage.runInProcess(THREE)
    stage.control.setTiming({ pendingMs: 100, pullMs: 100, startMs: 100 })
    const rolled = await stage.runInProcess({ ...THREE, 'connector-version': 'v1.7.7' })
    expect([rolled.exitCode, groupWrites(rolled)]).toEqual([0, NAMES.map((name) => `PUT ${name}`)])
    for (const [index, name] of NAMES.slice(1).entries()) {
      const at = rolled.requests.findIndex(({ method, path }) => method === 'PUT' && path.endsWith(`/${name}`))
      const seen = rolled.requests.slice(0, at).findLast(({ path }) => path.endsWith(`/${NAMES[index]}`))
      expect([
        seen?.method,
        JSON.parse(seen?.replyBody ?? '{}').instanceView?.state ?? stateIn(seen?.replyBody),
      ]).toEqual(['GET', 'Running'])
    }
  }, AT_ONCE))

test('a replace rolls too: rights go and come with their own group, the others keep theirs', () =>
  onStage(async (stage) => {
    await stage.runInProcess(THREE)
    const rolled = await stage.runInProcess({ ...THREE, cpu: '2', 'allow-replace': 'true' })
    expect(rolled.exitCode).toBe(0)
    expect(groupWrites(rolled)).toEqual(NAMES.flatMap((name) => [`DELETE ${name}`, `PUT ${name}`]))
    const kinds = writesOf(rolled).map((line) => (line.includes('apono-connector') ? line : (line.split(' ')[0] ?? '')))
    expect(kinds).toEqual(NAMES.flatMap((name) => ['DELETE', 'DELETE', `DELETE ${name}`, `PUT ${name}`, 'PUT', 'POST']))
    expectGrants(stage, 3)
  }, AT_ONCE))

test('a first replica that does not start stops the roll: the others go on as they were', () =>
  onStage(async (stage) => {
    await stage.runInProcess(THREE)
    const events = [{ name: 'Failed', message: 'Failed to start container' }]
    const effect = { kind: 'failed-operation', events } as const
    stage.control.injectFault({ name: 'broken', method: 'PUT', path: '/containerGroups/', effect })
    const stopped = await stage.runInProcess({ ...THREE, 'connector-version': 'v1.7.7' })
    expectFailure(stopped, 'provisioning-failed')
    expect(groupWrites(stopped)).toEqual(['PUT apono-connector'])
    expect(versionsIn(stage)).toEqual(['v1.7.7', 'v1.7.8', 'v1.7.8'])
    expect(plainLog(stopped)).toContain('The container group "apono-connector-2" was not tried.')

    const again = await stage.runInProcess({ ...THREE, 'connector-version': 'v1.7.7' })
    expect([again.exitCode, versionsIn(stage)]).toEqual([0, ['v1.7.7', 'v1.7.7', 'v1.7.7']])
    expectGrants(stage, 3)
  }, AT_ONCE))

test('one replica that is gone or stopped comes back, and no other is touched', () =>
  onStageWithOrphans(async (stage) => {
    stage.control.setTiming({ replicationMs: 0, graphConsistencyMs: 0 })
    await stage.runInProcess(THREE)
    await act(stage, 'stop', 'apono-connector-3')
    expect(groupWrites(await stage.runInProcess(THREE))).toEqual(['PUT apono-connector-3'])
    const before = stage.stored('apono-connector-3')
    stage.control.deleteResource(stage.groupId('apono-connector-2'))
    const healed = await stage.runInProcess(THREE)
    expect([healed.exitCode, groupWrites(healed)]).toEqual([0, ['PUT apono-connector-2']])
    expect(stage.stored('apono-connector-3')).toEqual(before)
    expectGrants(stage, 3)
  }))

function stateIn(body = '{}'): unknown {
  return JSON.parse(body).properties?.instanceView?.state
}
