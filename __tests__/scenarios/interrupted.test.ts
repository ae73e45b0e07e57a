import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { LogEntry } from '../../sandbox/request-log.ts'
import { expectFailure } from '../stage/failure.ts'
import { plainLog, type Result, requestsTo, writesOf } from '../stage/result.ts'
import { onStage, type Stage, type StageOptions } from '../stage.ts'

/** Long enough for a run to be killed in the middle of it. */
const SLOWLY: StageOptions = { timing: { pendingMs: 200, pullMs: 200, startMs: 1_200 } }

type Moment = { readonly when: string; readonly method: string; readonly path: string; readonly on: number }

/** Ends the run as soon as the request has come in; the service still carries it out, as it does for a caller that is gone. */
function killedAt(stage: Stage, moment: Moment): Promise<Result> {
  return endedAt(stage, moment, (kill) => stage.run({ operation: 'apply' }, { kill }))
}

async function endedAt(
  stage: Stage,
  { method, path, on }: Moment,
  start: (end: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = new AbortController()
  stage.control.injectFault({ name: 'slow', method, path, on, effect: { kind: 'delay', ms: 150 } })
  const running = start(ending.signal)
  while ((stage.control.faults()[0]?.matched ?? 0) < on) await sleep(2)
  ending.abort()
  const result = await running
  await sleep(200)
  stage.control.clearFaults()
  return result
}

/** An operation that goes on for an hour, unless the hour passes: it does once a request of this kind was answered. */
async function untilMet(
  { control }: Stage,
  isMet: (entry: LogEntry) => boolean,
  work: () => Promise<Result>,
): Promise<Result> {
  const timer = setInterval(() => {
    if (!control.requests().some(isMet)) return
    clearInterval(timer)
    control.advanceClock(HOUR_MS)
  }, 10)
  try {
    return await work()
  } finally {
    clearInterval(timer)
  }
}
const HOUR_MS = 3_600_000

const moments: readonly Moment[] = [
  { when: 'while it signs in', method: 'POST', path: '/oauth2/', on: 1 },
  { when: 'before it has seen what exists', method: 'GET', path: '/containerGroups/', on: 1 },
  { when: 'while the PUT is under way', method: 'PUT', path: '/containerGroups/', on: 1 },
  { when: 'while Azure is at work', method: 'GET', path: '/operations/', on: 2 },
  { when: 'while it reads the result', method: 'GET', path: '/containerGroups/', on: 2 },
]

test.concurrent.each(moments)('killed $when, a second run finishes the work', (moment) =>
  onStage(async (stage) => {
    const killed = await killedAt(stage, moment)
    expect(killed.exitCode).toBeNull()

    const again = await stage.run({ operation: 'apply' })
    expect([again.exitCode, again.outputs['failure-reason']]).toEqual([0, ''])
    const planned = await stage.run({ operation: 'plan' })
    expect(planned.outputs['has-changes']).toBe('false')
    expect(planned.outputs['principal-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect([...writesOf(killed), ...writesOf(again)]).toEqual(['PUT apono-connector'])
  }, SLOWLY),
)

test.concurrent('an apply that finds nothing to change but Azure still at work waits for the end', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ startMs: HOUR_MS })
    await killedAt(stage, { when: '', method: 'GET', path: '/operations/', on: 1 })
    const seen = ({ path, status }: LogEntry) => path.endsWith('/containerGroups/apono-connector') && status === 200
    const again = await untilMet(stage, seen, () => stage.run({ operation: 'apply' }))
    expect(again.exitCode).toBe(0)
    expect(plainLog(again)).toContain('Azure is still at work, it is')
    expect(plainLog(again)).toContain('It is Running.')
    expect(writesOf(again)).toEqual([])
  }, SLOWLY))

test.concurrent('a change that meets an earlier one still under way waits for it, and is made then', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ startMs: HOUR_MS })
    await killedAt(stage, { when: '', method: 'GET', path: '/operations/', on: 1 })
    stage.control.setTiming({ startMs: 0 })
    const wanted = { operation: 'apply', 'connector-version': 'v1.7.7' }
    const second = await untilMet(
      stage,
      ({ status }) => status === 409,
      () => stage.run(wanted),
    )
    expect([second.exitCode, second.outputs.outcome]).toEqual([0, 'applied'])
    expect(plainLog(second)).toContain('apono-connector: waiting for an earlier change of the group to end')
    expect(
      requestsTo(second, /containerGroups/).flatMap(({ method, status }) => (method === 'PUT' ? [status] : [])),
    ).toEqual([409, 200])
    expect((await stage.run({ 'connector-version': 'v1.7.7' })).outputs['has-changes']).toBe('false')
  }, SLOWLY))

const cancellations: readonly (Moment & { readonly says: readonly string[] })[] = [
  {
    when: 'before it has seen what exists',
    method: 'GET',
    path: '/containerGroups/',
    on: 1,
    says: ['Not done:', '- everything: nothing was changed'],
  },
  {
    when: 'while Azure is at work',
    method: 'GET',
    path: '/operations/',
    on: 1,
    says: ['Not done:', '- The container group "apono-connector" was not finished.', 'was not tried.'],
  },
  {
    when: 'between two grants',
    method: 'PUT',
    path: '/roleAssignments/',
    on: 1,
    says: ['Done:', '- The container group "apono-connector" was created. It is Running.', 'Not done:'],
  },
]

// GitHub waits seven and a half seconds before it ends a cancelled step less gently.
test.concurrent.each(cancellations)('cancelled $when, a run says where it stands, and the next one goes on', (moment) =>
  onStage(async (stage) => {
    stage.control.setTiming({ replicationMs: 0, graphConsistencyMs: 0 })
    const inputs = { operation: 'apply', permissions: 'subscription' }
    const cancelled = await endedAt(stage, moment, (cancel) => stage.run(inputs, { cancel }))
    expectFailure(cancelled, 'cancelled', 'The run was cancelled.', ...moment.says)

    const again = await stage.run(inputs)
    expect([again.exitCode, again.outputs['failure-reason']]).toEqual([0, ''])
    expect((await stage.run({ ...inputs, operation: 'plan' })).outputs['has-changes']).toBe('false')
  }, SLOWLY),
)
