import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ContainerBehaviour } from '../../sandbox/world.ts'
import { fieldsOf, itemsOf } from '../specs/json.ts'
import { type ArmSession, connectorGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let group: string

beforeEach(async () => {
  arm = await startArmSession()
  arm.sandbox.control.setTiming({
    pendingMs: 0,
    pullMs: 0,
    startMs: 0,
    exitAfterMs: 4_000,
    backOffMs: 8_000,
    firstProbeMs: 0,
  })
  group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`
})
afterEach(() => arm.sandbox.close())

/** The connector's view of itself, seconds after its group was asked for. */
async function seen(behaviour: ContainerBehaviour, seconds: number) {
  arm.sandbox.control.setContainerBehaviour(behaviour)
  const body = connectorGroup(arm.sandbox)
  const probe = {
    httpGet: { path: '/healthz', port: 8080, scheme: 'http' },
    initialDelaySeconds: 30,
    periodSeconds: 30,
  }
  const [first] = body.properties.containers
  const containers = [
    { ...first, properties: { ...first?.properties, livenessProbe: { ...probe, failureThreshold: 3 } } },
  ]
  await arm.send('PUT', group, { body: { ...body, properties: { ...body.properties, containers } } })
  arm.sandbox.control.advanceClock(seconds * 1000)
  const { body: reply } = await arm.send('GET', group)
  const view = reply.properties?.containers?.[0]?.properties?.instanceView
  return { state: reply.properties?.provisioningState, view }
}

test('a container killed for its memory says so in its end', async () => {
  const { view } = await seen('out-of-memory', 6)
  expect(view).toMatchObject({
    restartCount: 0,
    currentState: { state: 'Waiting', detailStatus: 'CrashLoopBackOff: Back-off restarting failed' },
    previousState: { state: 'Terminated', exitCode: 137, detailStatus: 'OOMKilled' },
  })
  expect(view?.events).toMatchObject([
    { name: 'Pulling' },
    { name: 'Pulled' },
    { name: 'Started' },
    { name: 'BackOff' },
  ])
})

test('a container that has just ended is shown as ended, before the service says that it backs off', async () => {
  const { state, view } = await seen('crash-loop', 5)
  expect([state, view]).toMatchObject([
    'Succeeded',
    {
      restartCount: 0,
      currentState: { state: 'Terminated', exitCode: 1, detailStatus: 'Error' },
      events: [{ name: 'Pulling' }, { name: 'Pulled' }, { name: 'Started' }],
    },
  ])
  expect(view).not.toHaveProperty('previousState')
  arm.sandbox.control.advanceClock(12_000)
  const { body } = await arm.send('GET', group)
  expect(body.properties?.instanceView?.state).toBe('Running')
  expect(body.properties?.containers?.[0]?.properties?.instanceView).toMatchObject({
    restartCount: 1,
    currentState: { state: 'Terminated' },
    previousState: { state: 'Terminated', exitCode: 1 },
  })
})

test.each([
  [29, 0, []],
  [31, 0, [['Unhealthy', 1]]],
  [61, 0, [['Unhealthy', 2]]],
  [
    91,
    1,
    [
      ['Unhealthy', 3],
      ['Killing', 1],
    ],
  ],
  [
    125,
    1,
    [
      ['Unhealthy', 4],
      ['Killing', 1],
    ],
  ],
])('after %d s of failing probes a container was restarted %d times', async (seconds, restarts, events) => {
  const { view, state } = await seen('unhealthy', seconds)
  expect([state, view?.restartCount, view?.currentState?.state]).toEqual(['Succeeded', restarts, 'Running'])
  const later = itemsOf(view?.events).slice(3).map(fieldsOf)
  expect(later.map(({ name, count }) => [name, count])).toEqual(events)
})

test.each([
  [59_000, 0],
  [61_000, 1],
])('a probe that is asked a period after its delay has failed in %d ms %d times', async (ms, times) => {
  arm.sandbox.control.setTiming({ firstProbeMs: 29_999 })
  const { view } = await seen('unhealthy', ms / 1000)
  expect(
    itemsOf(view?.events)
      .map(fieldsOf)
      .filter(({ name }) => name === 'Unhealthy'),
  ).toHaveLength(times)
})

test('an image that is refused in the middle keeps the operation going for half an hour', async () => {
  const early = await seen('unpullable-unauthorized', 40)
  expect(early.state).toBe('Creating')
  expect(early.view?.events).toMatchObject([
    { name: 'Pulling', count: 3 },
    {
      name: 'Failed',
      count: 3,
      type: 'Warning',
      message: expect.stringContaining('unauthorized: authentication required'),
    },
    { name: 'BackOff', count: 3, type: 'Normal' },
  ])
  arm.sandbox.control.advanceClock(30 * 60_000)
  const { body } = await arm.send('GET', group)
  expect(body.properties).toMatchObject({ provisioningState: 'Failed', instanceView: { events: [{ name: 'Failed' }] } })
})

test('time passes with each look at what was launched, when that is asked for', async () => {
  await seen('running', 1)
  arm.sandbox.control.setTiming({ lookMs: 60_000 })
  const date = async () => Date.parse((await arm.send('GET', group)).headers.get('date') ?? '')
  const [first, second] = [await date(), await date()]
  expect(second - first).toBeGreaterThanOrEqual(59_000)
})
