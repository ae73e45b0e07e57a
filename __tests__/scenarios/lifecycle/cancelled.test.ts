import { expect, jest, test } from '@jest/globals'
import { onStage, type StageOptions } from '../../stage.ts'
import { AT_ONCE, CONFIRMED, GRANTED } from './life.ts'
import { type Signal, signalledRun } from './signalled-run.ts'
import { stateOf } from './state.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }
/** A group that takes long, as one in a subnet does. */
const SLOWLY: StageOptions = { timing: { ...AT_ONCE.timing, pendingMs: 600, pullMs: 600, startMs: 600 } }

const GROUP = '/containerGroups/apono-connector$'
const GRANT = 'Microsoft.Authorization/roleAssignments/'

const moments: readonly {
  readonly when: string
  readonly signal: Signal
  readonly method: string
  readonly path: string
}[] = [
  { when: 'while it signs in', signal: 'SIGINT', method: 'POST', path: '/oauth2/' },
  { when: 'while it looks around', signal: 'SIGTERM', method: 'GET', path: GROUP },
  { when: 'while the group is asked for', signal: 'SIGINT', method: 'PUT', path: GROUP },
  { when: 'while Azure makes the group', signal: 'SIGTERM', method: 'GET', path: '/operations/' },
  { when: 'while rights are granted', signal: 'SIGINT', method: 'PUT', path: GRANT },
]

test.concurrent.each(moments)(
  '$signal $when: it says so at once, and another run ends as if nothing had been',
  ({ signal, method, path }) =>
    onStage(async (stage) => {
      const cancelled = await signalledRun(stage, APPLY, signal, { method, path })
      expect([cancelled.exitCode, cancelled.outputs['failure-reason'], cancelled.outputs.outcome]).toEqual([
        1,
        'cancelled',
        'failed',
      ])
      expect(cancelled.endedAfterMs).toBeLessThan(5_000)
      expect(cancelled.raw).toContain('The run was cancelled.')
      expect(cancelled.raw).toContain('Not done:')
      expect(cancelled.summary).toContain('The run was cancelled.')

      // Azure is let finish what it has accepted.
      stage.control.advanceClock(10_000)
      const again = await stage.run(APPLY)
      expect([again.exitCode, again.outputs['failure-reason']]).toEqual([0, ''])
      expect((await stage.run({ ...APPLY, operation: 'plan' })).outputs.outcome).toBe('in-sync')
      expect(stateOf(stage).groups).toHaveLength(1)
    }, SLOWLY),
)

test.concurrent('cancelled between two replicas: the one that was made is told as done, the rest as left', () =>
  onStage(async (stage) => {
    const wanted = { ...APPLY, replicas: '3' }
    const path = '/containerGroups/apono-connector-2$'
    const cancelled = await signalledRun(stage, wanted, 'SIGTERM', { method: 'PUT', path })
    expect([cancelled.exitCode, cancelled.outputs['failure-reason']]).toEqual([1, 'cancelled'])
    const [done = '', left = ''] = cancelled.raw.slice(cancelled.raw.indexOf('Done:')).split('Not done:')
    expect(done).toContain('container group "apono-connector" was created')
    expect(left).toContain('container group "apono-connector-3" was not tried')
    expect(stage.stored('apono-connector-3')).toBeUndefined()
    expect((await stage.run(wanted)).exitCode).toBe(0)
    expect(stateOf(stage).groups).toHaveLength(3)
  }, AT_ONCE))

test.concurrent('a cancelled destroy goes on from there', () =>
  onStage(async (stage) => {
    const empty = stateOf(stage)
    await stage.run({ ...APPLY, replicas: '2' })
    const cancelled = await signalledRun(stage, CONFIRMED, 'SIGTERM', { method: 'DELETE', path: GROUP })
    expect(cancelled.outputs['failure-reason']).toBe('cancelled')
    expect((await stage.run(CONFIRMED)).exitCode).toBe(0)
    expect(stateOf(stage)).toEqual(empty)
  }, AT_ONCE))
