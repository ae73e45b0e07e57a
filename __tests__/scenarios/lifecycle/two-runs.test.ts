import { expect, jest, test } from '@jest/globals'
import { onStage, type Stage, type StageOptions } from '../../stage.ts'
import { directoryReadersIn, grantsOf, onStageWithOrphans } from '../grants/granted.ts'
import { AT_ONCE, CONFIRMED, GRANTED } from './life.ts'
import { stateOf } from './state.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(120_000)

type Inputs = Readonly<Record<string, string>>

const APPLY = { ...GRANTED, operation: 'apply' }
/** Slow enough that the two meet, as two jobs that begin together do. */
const SLOWLY: StageOptions = { timing: { ...AT_ONCE.timing, pendingMs: 200, pullMs: 200, startMs: 200 } }

function ours(stage: Stage) {
  return grantsOf(stage).filter(({ description }) => description?.startsWith('Apono connector'))
}

/** Both at once. @returns why each failed, '' for one that did not. */
async function race(stage: Stage, one: Inputs, other: Inputs): Promise<string[]> {
  return (await Promise.all([stage.run(one), stage.run(other)])).map(
    ({ outputs }) => outputs['failure-reason'] ?? 'none given',
  )
}

test.concurrent.each([
  { when: 'at once', options: AT_ONCE },
  { when: 'slowly', options: SLOWLY },
])('two installs that meet ($when) end in one group with one grant each', ({ options }) =>
  onStage(async (stage) => {
    expect(await race(stage, APPLY, APPLY)).toEqual(['', ''])
    expect(stateOf(stage).groups).toHaveLength(1)
    expect([ours(stage).length, directoryReadersIn(stage).length]).toEqual([1, 1])
    expect((await stage.run({ ...APPLY, operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, options),
)

test.concurrent('two versions that meet end in one of them, whole', () =>
  onStage(async (stage) => {
    await stage.run(APPLY)
    const [old, older] = [
      { ...APPLY, 'connector-version': 'v1.7.7' },
      { ...APPLY, 'connector-version': 'v1.7.6' },
    ]
    // The second one planned on a group that is no more what it saw: it notices, or came late enough to see the other's.
    const reasons = await race(stage, old, older)
    expect(reasons).toContain('')
    expect(['', 'plan-changed']).toEqual(expect.arrayContaining(reasons))
    const plans = await Promise.all([old, older].map((inputs) => stage.run({ ...inputs, operation: 'plan' })))
    expect(plans.map(({ outputs }) => outputs.outcome).sort()).toEqual(['in-sync', 'pending'])
    expect([stateOf(stage).groups.length, ours(stage).length]).toEqual([1, 1])
  }, SLOWLY))

test.concurrent('two replaces that meet: one run more, and all is as one replace leaves it', () =>
  onStageWithOrphans(async (stage) => {
    stage.control.setTiming(AT_ONCE.timing ?? {})
    await stage.run({ ...APPLY, cpu: '2' })
    const wanted = { ...APPLY, 'allow-replace': 'true' }
    // One may take away what the other has just made, which then waits for an identity that never comes.
    await race(stage, { ...wanted, timeout: '30s' }, { ...wanted, timeout: '30s' })
    const settled = await stage.run(wanted)
    expect(settled.exitCode).toBe(0)
    expect([stateOf(stage).groups.length, ours(stage).length, directoryReadersIn(stage)]).toEqual([
      1,
      1,
      [settled.outputs['principal-id']],
    ])
    expect(ours(stage)[0]?.principal).toBe(settled.outputs['principal-id'])
  }))

test.concurrent('two destroys that meet both end well', () =>
  onStage(async (stage) => {
    const empty = stateOf(stage)
    await stage.run({ ...APPLY, replicas: '2' })
    expect(await race(stage, CONFIRMED, CONFIRMED)).toEqual(['', ''])
    expect(stateOf(stage)).toEqual(empty)
  }, AT_ONCE))
