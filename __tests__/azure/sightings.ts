import type { ContainerState, Diagnosis, SeenContainer, SeenEvent, Sighting } from '../../src/spec/sighting.ts'

/** The moment of every sighting here. All other times are seconds before it. */
export const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

export function running(seconds: number): ContainerState {
  return { state: 'Running', detail: '', exitCode: undefined, startedAt: before(seconds), finishedAt: undefined }
}

export function ended(exitCode: number, started: number, finished: number, detail = 'Error'): ContainerState {
  return { state: 'Terminated', detail, exitCode, startedAt: before(started), finishedAt: before(finished) }
}

/** The last of so many, one every half a minute unless told. */
export function event(name: string, seconds: number, count = 1, message = name, apart = 30): SeenEvent {
  return { name, message, isWarning: true, count, first: before(seconds + (count - 1) * apart), last: before(seconds) }
}

export function container(changes: Partial<SeenContainer> = {}): SeenContainer {
  return { name: 'apono-connector', restarts: 0, current: running(3600), previous: undefined, events: [], ...changes }
}

export function sighting(one: SeenContainer, changes: Partial<Sighting> = {}): Sighting {
  return {
    group: 'apono-connector',
    at: NOW,
    provisioningState: 'Succeeded',
    state: 'Running',
    events: [],
    containers: [one],
    ...changes,
  }
}

export function diagnosis(one: SeenContainer, lines: readonly string[], changes: Partial<Sighting> = {}): Diagnosis {
  return { ...sighting(one, changes), logs: [{ container: one.name, lines }] }
}

function before(seconds: number): number {
  return NOW - seconds * 1000
}
