import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { healthOf, pullTrouble, windowOf } from '../../src/azure/health.ts'
import { sightingOf } from '../../src/azure/sighting.ts'
import type { Health } from '../../src/engine/resource.ts'
import type { ContainerState, SeenEvent, Sighting } from '../../src/spec/sighting.ts'
import { container, ended, event, NOW, running, sighting } from './sightings.ts'

const BROKEN = (detail: string): Health => ({ is: 'broken', detail })

describe('a group', () => {
  const cases: readonly (readonly [string, Sighting, ReturnType<typeof healthOf>])[] = [
    ['that has run for a minute', sighting(container({ current: running(60) })), { is: 'ready' }],
    [
      'of which Azure tells nothing',
      sighting(container({ current: undefined })),
      { is: 'unproven', detail: 'not shown to run yet' },
    ],
    [
      'that runs since nobody knows when',
      sighting(container({ current: { ...running(1), startedAt: undefined } })),
      { is: 'unproven', detail: 'running, but Azure does not tell since when' },
    ],
    [
      'that was restarted often, but has run for long since',
      sighting(container({ current: running(60), previous: ended(1, 80, 70), restarts: 5 })),
      { is: 'ready' },
    ],
    [
      'that has run for 44 s',
      sighting(container({ current: running(44) })),
      { is: 'unproven', detail: 'running for 44 s' },
    ],
    ['that has run for 45 s', sighting(container({ current: running(45) })), { is: 'ready' }],
    [
      'that is being set up',
      sighting(container({ current: undefined }), { provisioningState: 'Creating' }),
      { is: 'changing', detail: 'Creating' },
    ],
    ['that Azure calls unhealthy', sighting(container(), { provisioningState: 'Unhealthy' }), BROKEN('unhealthy')],
    [
      'that Azure is about to start',
      sighting(container({ current: waiting('') })),
      { is: 'unproven', detail: 'waiting to be started' },
    ],
    [
      'that waits to be started again',
      sighting(container({ current: waiting('CrashLoopBackOff: Back-off restarting failed'), restarts: 1 })),
      BROKEN('crashing over and over'),
    ],
    [
      'that has begun its third short run',
      sighting(container({ current: running(3), previous: ended(1, 20, 10), restarts: 2 })),
      BROKEN('crashing over and over'),
    ],
    [
      'that was restarted for the third time in a year',
      sighting(container({ current: running(3), previous: ended(1, 3e6, 10), restarts: 3 })),
      { is: 'unproven', detail: 'running for 3 s' },
    ],
    [
      'that was killed for its memory just now',
      sighting(container({ current: running(3), previous: ended(137, 20, 10, 'OOMKilled'), restarts: 1 })),
      BROKEN('killed for want of memory'),
    ],
    [
      'that was killed for its memory long ago',
      sighting(container({ current: running(3600), previous: ended(137, 9000, 3601, 'OOMKilled'), restarts: 1 })),
      { is: 'ready' },
    ],
    [
      'whose probe failed once',
      sighting(container({ current: running(60), events: [event('Unhealthy', 5)] })),
      { is: 'unproven', detail: 'running for 5 s' },
    ],
    [
      'whose probe failed twice',
      sighting(container({ current: running(90), events: [event('Unhealthy', 5, 2)] })),
      BROKEN('failing its health probe'),
    ],
    [
      'whose probe fails once a day',
      sighting(container({ current: running(900_000), events: [event('Unhealthy', 5, 9, '', 86_400)] })),
      { is: 'unproven', detail: 'running for 5 s' },
    ],
    [
      'that was killed by its probe just now',
      sighting(
        container({ current: running(5), events: [event('Unhealthy', 6, 3), event('Killing', 5)], restarts: 1 }),
      ),
      BROKEN('failing its health probe'),
    ],
    [
      'whose probe failed last week',
      sighting(
        container({ current: running(3600), events: [event('Unhealthy', 600_000, 9), event('Killing', 600_000)] }),
      ),
      { is: 'ready' },
    ],
    [
      'whose container has just ended for the first time',
      sighting(container({ current: ended(1, 5, 2) })),
      { is: 'unproven', detail: 'down: its container ended with exit code 1' },
    ],
    [
      'whose container has just ended again after a short run',
      sighting(container({ current: ended(1, 5, 2), previous: ended(1, 20, 15), restarts: 1 })),
      BROKEN('crashing over and over'),
    ],
    [
      'whose container has just ended again after a long run',
      sighting(container({ current: ended(1, 9000, 2), restarts: 1 })),
      { is: 'unproven', detail: 'down: its container ended with exit code 1' },
    ],
    [
      'whose container was killed for its memory and is down',
      sighting(container({ current: ended(137, 5, 2, 'OOMKilled') })),
      BROKEN('killed for want of memory'),
    ],
    [
      'that was stopped',
      sighting(container({ current: ended(0, 60, 5, 'Container stopped per client request') }), { state: 'Stopped' }),
      BROKEN('in the state Stopped'),
    ],
    [
      'that has failed',
      sighting(container({ current: ended(1, 5, 2) }), { state: 'Failed' }),
      BROKEN('in the state Failed'),
    ],
    [
      'that could not be set up',
      sighting(container({ current: undefined }), { provisioningState: 'Failed' }),
      BROKEN('not set up: Azure has given up on it'),
    ],
    [
      'that is being started again',
      sighting(container({ current: ended(0, 60, 5) }), { state: 'Stopped', provisioningState: 'Updating' }),
      { is: 'changing', detail: 'Updating' },
    ],
  ]

  test.each(cases)('%s', (_what, seen, health) => {
    expect(healthOf(seen)).toEqual(health)
  })

  test('is not ready while one of its containers is down', () => {
    const down = container({ name: 'second', current: ended(0, 9000, 2, 'Completed') })
    const seen = sighting(container(), { containers: [container(), down] })
    expect(healthOf(seen)).toEqual({ is: 'unproven', detail: 'down: its container ended with exit code 0' })
  })

  test('is as young as the youngest of its containers', () => {
    const seen = sighting(container({ current: running(100) }), {
      containers: [container({ current: running(100) }), container({ name: 'second', current: running(7) })],
    })
    expect(healthOf(seen)).toEqual({ is: 'unproven', detail: 'running for 7 s' })
  })
})

describe('the window', () => {
  test('is 45 s, or for as long as a probe needs to be asked once, whenever its turn comes', () => {
    expect(windowOf(null)).toBe(45_000)
    expect(windowOf({ initialDelay: 0, period: 10 })).toBe(45_000)
    expect(windowOf({ initialDelay: 30, period: 30 })).toBe(65_000)
  })

  test('is what a run has to outlast', () => {
    const at = (seconds: number) => healthOf(sighting(container({ current: running(seconds) })), { window: 65_000 }).is
    expect([at(64), at(65)]).toEqual(['unproven', 'ready'])
  })
})

describe('an image that cannot be pulled', () => {
  const failed = (secondsAgo: number, count: number) => event('Failed', secondsAgo, count, 'Failed to pull image "x"')
  const backedOff = (secondsAgo: number) => event('BackOff', secondsAgo, 1, 'Back-off pulling image "x"')
  const seen = (...events: readonly SeenEvent[]) => sighting(container({ current: waiting(''), events }))

  test('is one failure too many', () => {
    expect(pullTrouble(seen(failed(5, 1)), 0)).toBeUndefined()
    expect(pullTrouble(seen(failed(5, 2)), 0)).toContain('cannot be pulled')
    expect(pullTrouble(seen(backedOff(5)), 0)).toContain('cannot be pulled')
  })

  test('is told of the group as well as of the container', () => {
    expect(pullTrouble(sighting(container({ current: undefined }), { events: [backedOff(5)] }), 0)).toBeDefined()
  })

  test('of an earlier launch says nothing, nor does one that was pulled in the end', () => {
    expect(pullTrouble(seen(backedOff(60)), NOW - 30_000)).toBeUndefined()
    expect(pullTrouble(seen(backedOff(60), event('Pulled', 30)), 0)).toBeUndefined()
    expect(pullTrouble(sighting(container({ current: running(5), events: [backedOff(5)] })), 0)).toBeUndefined()
  })

  test('ends the wait for a group that Azure still calls Creating', () => {
    expect(healthOf({ ...seen(backedOff(5)), provisioningState: 'Creating' })).toMatchObject({ is: 'broken' })
  })
})

function waiting(detail: string): ContainerState {
  return { state: 'Waiting', detail, exitCode: undefined, startedAt: undefined, finishedAt: undefined }
}

test('whatever Azure shows of a container is judged without a throw', () => {
  const moment = fc.option(fc.date({ noInvalidDate: false }), { nil: undefined })
  const state = fc.record(
    { state: fc.string(), detailStatus: fc.string(), exitCode: fc.integer(), startTime: moment, finishTime: moment },
    { requiredKeys: [] },
  )
  const happening = fc.record(
    {
      name: fc.constantFrom('Unhealthy', 'Killing', 'Failed', 'BackOff', ''),
      message: fc.string(),
      count: fc.integer(),
      lastTimestamp: moment,
    },
    { requiredKeys: [] },
  )
  const instanceView = fc.record(
    { restartCount: fc.integer(), currentState: state, previousState: state, events: fc.array(happening) },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(instanceView, fc.string(), (view, provisioningState) => {
      const group = { osType: 'Linux', provisioningState, containers: [{ name: 'x', image: 'y', instanceView: view }] }
      // The service fills in fields that the SDK's type takes for read-only.
      const seen = sightingOf(group as unknown as Parameters<typeof sightingOf>[0], NOW)
      expect(['ready', 'unproven', 'changing', 'broken']).toContain(healthOf(seen).is)
    }),
  )
})
