import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../sandbox/protocol.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { expectFailure } from '../../stage/failure.ts'
import { withVariable } from '../../stage/group-edits.ts'
import { requestsTo } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
  await stage.runInProcess({ operation: 'apply', wait: 'none' })
  stage.control.advanceClock(3_600_000)
})
afterEach(() => stage.close())

const GROUP = /\/containerGroups\/apono-connector$/

/** Of the reads of an update that a test cares for: the plan's and the one right before the write come first. */
const FIRST_AFTER_WRITE = 3

/** What a read of the group answers now. */
async function shown(): Promise<JsonObject> {
  const planned = await stage.runInProcess({ operation: 'plan' })
  return json(fieldsOf(JSON.parse(requestsTo(planned, GROUP).at(-1)?.replyBody ?? '')))
}

function json(body: Readonly<Record<string, unknown>>): JsonObject {
  // What JSON.parse gives back for an object is JSON.
  return JSON.parse(JSON.stringify(body)) as JsonObject
}

/** The same with another state of the group and of its only container. */
function inState(body: JsonObject, state: string, view: JsonObject): JsonObject {
  const properties = fieldsOf(body.properties)
  const [container] = itemsOf(properties.containers).map(fieldsOf)
  const inside = { ...fieldsOf(container?.properties), instanceView: view }
  const containers = [{ ...container, properties: inside }]
  return json({ ...body, properties: { ...properties, containers, instanceView: { events: [], state } } })
}

/** What was applied is taken back by somebody, so that the next apply has something to do that restarts. */
async function editedAway(): Promise<JsonObject> {
  const body = await shown()
  stage.edit(withVariable({ name: 'APONO_URL', value: 'elsewhere.example.com' }))
  return body
}

/** Looks at the group after the write show this, at these moments; from the last on the sandbox answers itself. */
function answerAfterWrite(body: JsonObject, moments: readonly number[]): void {
  for (const [look, at] of moments.entries())
    stage.control.injectFault({
      name: `look ${look}`,
      method: 'GET',
      path: GROUP.source,
      on: FIRST_AFTER_WRITE + look,
      effect: { kind: 'reply', status: 200, body, headers: { date: new Date(at).toUTCString() } },
    })
}

/** A moment after the write: each look takes the clock of the sandbox on, so it is not known beforehand when that is. */
const later = () => Date.now() + 2 * 3_600_000
const ago = (seconds: number) => new Date(later() - seconds * 1000).toISOString()
const crashed = () => ({
  restartCount: 0,
  currentState: {
    state: 'Terminated',
    startTime: ago(3),
    finishTime: ago(1),
    exitCode: 1,
    detailStatus: 'Error',
  },
  events: [],
})

describe('a container that has ended after an update', () => {
  test.each(['Failed', 'Succeeded', 'Stopped'])('fails the run of a group that is %s', async (state) => {
    answerAfterWrite(inState(await editedAway(), state, crashed()), [later()])
    const failed = await stage.runInProcess({ operation: 'apply' }, { pace: { second: 20 } })
    expectFailure(failed, 'connector-unhealthy', `it does not run: it is in the state ${state}`)
    expect(failed.outputs['connector-status']).toBe('unhealthy')
  })

  test('is watched in a group that is Running still', async () => {
    answerAfterWrite(inState(await editedAway(), 'Running', crashed()), [later()])
    const applied = await stage.runInProcess({ operation: 'apply' }, { pace: { second: 20 } })
    expect([applied.exitCode, applied.outputs['connector-status']]).toEqual([0, 'running'])
    expect(requestsTo(applied, GROUP).filter(({ method }) => method === 'GET').length).toBeGreaterThan(
      FIRST_AFTER_WRITE,
    )
  })

  test('is never passed for one that works, as long as nothing else is shown', async () => {
    const down = inState(await editedAway(), 'Running', crashed())
    answerAfterWrite(down, [later(), later(), later() + 100_000])
    const failed = await stage.runInProcess({ operation: 'apply', 'wait-timeout': '30s' }, { pace: { second: 20 } })
    expectFailure(failed, 'connector-unhealthy', 'did not run steadily within 65 s', 'it is down: its container ended')
  })
})

test('Apono is not asked about a group that was stopped while it was updated', async () => {
  answerAfterWrite(inState(await editedAway(), 'Stopped', crashed()), [later()])
  const asking = {
    wait: 'connected',
    'apono-api-token': stage.sandbox.apono.token,
    'apono-api-url': `${stage.sandbox.origin}/apono`,
  }
  const failed = await stage.runInProcess({ operation: 'apply', ...asking }, { pace: { second: 20 } })
  expectFailure(failed, 'connector-unhealthy', 'it is in the state Stopped')
})

describe('a read that is older than the write', () => {
  const stale = (on: number) =>
    stage.control.injectFault({
      name: `stale ${on}`,
      method: 'GET',
      path: GROUP.source,
      on,
      effect: { kind: 'stale' },
    })
  // By its clock, the old container has been running for an hour, and the new one is down whenever anybody looks.
  const crashing = { operation: 'apply', 'apono-url': 'apono.invalid' }

  test('does not pass the container of before for the one that was asked for', async () => {
    stage.control.setTiming({ exitAfterMs: 3_000, backOffMs: 600_000 })
    stale(FIRST_AFTER_WRITE)
    const failed = await stage.runInProcess(crashing, { pace: { second: 20 } })
    expectFailure(failed, 'apono-url-wrong', 'it is crashing over and over')
    expect(failed.log).toContain('waiting for Azure to show what was written')
  })

  test('does not do so either when it never catches up', async () => {
    for (let look = 0; look < 9; look += 1) stale(FIRST_AFTER_WRITE + look)
    const failed = await stage.runInProcess(crashing, { pace: { second: 20 } })
    expectFailure(failed, 'apono-url-wrong')
    expect(failed.log).toContain('it is not started anew yet')
  })
})

test('what a slow create shows of itself before Azure knows of it does not end the wait', async () => {
  const name = 'slow'
  stage.control.setTiming({ pendingMs: 1_500 })
  for (const on of [2, 3])
    stage.control.injectFault({
      name: `glance ${on}`,
      method: 'GET',
      path: '/containerGroups/slow$',
      on: on + 1,
      effect: { kind: 'stale' },
    })
  const applied = await stage.runInProcess({ operation: 'apply', name, adopt: 'false' }, { pace: { second: 50 } })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
  const missing = applied.requests.filter(
    ({ path, status }) => path.endsWith('/containerGroups/slow') && status === 404,
  )
  expect(missing.length).toBeGreaterThan(2)
})
