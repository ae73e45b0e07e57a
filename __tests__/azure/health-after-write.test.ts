import { describe, expect, test } from '@jest/globals'
import { healthOf } from '../../src/azure/health.ts'
import type { Health } from '../../src/engine/resource.ts'
import type { ContainerState } from '../../src/spec/sighting.ts'
import { container, ended, event, NOW, running, sighting } from './sightings.ts'

const BROKEN = (detail: string): Health => ({ is: 'broken', detail })

describe('after a write', () => {
  const since = NOW - 20_000
  const unproven = { is: 'unproven', detail: 'not started anew yet' }

  test.each([
    ['a container that has been running since before it', container({ current: running(3600) }), unproven],
    [
      'a crash loop from before it',
      container({
        current: waiting('CrashLoopBackOff: Back-off restarting failed'),
        previous: ended(1, 90, 80),
        restarts: 3,
      }),
      unproven,
    ],
    [
      'a container that was started by it',
      container({ current: running(15) }),
      { is: 'unproven', detail: 'running for 15 s' },
    ],
    [
      'a container of a machine whose clock is behind',
      container({ current: running(40) }),
      { is: 'unproven', detail: 'running for 40 s' },
    ],
    [
      'probes that failed before it',
      container({ current: running(15), events: [event('Unhealthy', 25, 3), event('Killing', 25)] }),
      { is: 'unproven', detail: 'running for 15 s' },
    ],
    [
      'probes that fail since',
      container({ current: running(15), events: [event('Unhealthy', 1, 2, 'Unhealthy', 5)] }),
      BROKEN('failing its health probe'),
    ],
  ])('%s is judged by what came since', (_what, seen, health) => {
    expect(healthOf(sighting(seen), { since })).toEqual(health)
  })

  test('what was stopped before it says nothing', () => {
    const seen = sighting(container({ current: ended(0, 3600, 600) }), { state: 'Stopped' })
    expect(healthOf(seen, { since })).toEqual(unproven)
    expect(healthOf(seen)).toEqual(BROKEN('in the state Stopped'))
  })
})

function waiting(detail: string): ContainerState {
  return { state: 'Waiting', detail, exitCode: undefined, startedAt: undefined, finishedAt: undefined }
}
