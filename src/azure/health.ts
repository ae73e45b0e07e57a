import type { Health } from '../engine/resource.ts'
import { allEvents, type SeenContainer, type SeenEvent, type Sighting } from '../spec/sighting.ts'

/** How long a connector has to run without a mishap before it counts as running, by Azure's clock. Longer than its probe takes to fail. */
export const WINDOW_MS = 45_000

/** A kubelet waits up to five minutes before it tries an image again. */
const LONGEST_BACK_OFF_MS = 6 * 60_000

/**
 * Is what Azure shows a group that works? `Succeeded` and `Running` say nothing about that: a group whose container crashes over
 * and over has both. https://learn.microsoft.com/azure/container-instances/container-state
 */
export function healthOf(sighting: Sighting): Health {
  const { provisioningState, containers, at } = sighting
  if (provisioningState === 'Unhealthy') return { is: 'broken', detail: 'unhealthy' }
  const unpullable = pullTrouble(sighting, at - LONGEST_BACK_OFF_MS)
  if (unpullable !== undefined) return { is: 'broken', detail: unpullable }
  if (provisioningState !== 'Succeeded' && provisioningState !== 'Failed')
    return { is: 'changing', detail: provisioningState }
  const [trouble] = containers.flatMap((container) => troubleOf(container, at))
  if (trouble !== undefined) return { is: 'broken', detail: trouble }
  // What came to an end by itself or was stopped is told by the property `state`.
  if (containers.some(isWaiting)) return { is: 'unproven', detail: 'waiting to be started' }
  const ages = containers.flatMap((container) => ageOf(container, at) ?? [])
  const youngest = Math.min(...ages)
  if (youngest < WINDOW_MS) return { is: 'unproven', detail: `running for ${Math.floor(youngest / 1000)} s` }
  return { is: 'ready' }
}

/**
 * An image that cannot be pulled: Azure tries for half an hour before it gives up. One failure may be a hiccup of the registry.
 * @param since events before it are of an earlier launch.
 */
export function pullTrouble(sighting: Sighting, since: number): string | undefined {
  if (sighting.containers.some(({ current }) => current?.state === 'Running')) return undefined
  const events = allEvents(sighting).filter(({ last = 0 }) => last >= since)
  const pulledAt = Math.max(0, ...events.filter(({ name }) => name === 'Pulled').map(({ last = 0 }) => last))
  const isFailing = events.some((event) => (event.last ?? 0) >= pulledAt && isPullFailure(event))
  return isFailing ? 'waiting for an image that cannot be pulled' : undefined
}

function isPullFailure({ name, message, count }: SeenEvent): boolean {
  if (name === 'BackOff') return /pulling image/i.test(message)
  return name === 'Failed' && count >= 2 && /pull/i.test(message)
}

function troubleOf(container: SeenContainer, at: number): string[] {
  const { current, previous, restarts } = container
  const isYoung = (ageOf(container, at) ?? Number.POSITIVE_INFINITY) < WINDOW_MS
  if (
    (isWaiting(container) || isYoung) &&
    (current?.detail.includes('OOMKilled') || previous?.detail.includes('OOMKilled'))
  )
    return ['killed for want of memory']
  if (failsProbe(container, at)) return ['failing its health probe']
  if (isWaiting(container) && current?.detail.includes('CrashLoopBackOff')) return ['crashing over and over']
  if (isYoung && restarts >= 2 && wasShort(previous)) return ['crashing over and over']
  return []
}

function isWaiting({ current }: SeenContainer): boolean {
  return current?.state === 'Waiting'
}

/** How long it has been running; undefined when it does not run, or Azure does not tell since when. */
function ageOf({ current, events }: SeenContainer, at: number): number | undefined {
  if (current?.state !== 'Running' || current.startedAt === undefined) return undefined
  // A probe that failed begins the count anew: it may be on its way to be killed.
  const failed = lastFailure(events)
  return at - Math.max(current.startedAt, failed ?? 0)
}

/** Failures further apart than this, on average, are no row of them: Azure counts those of a container's whole life together. */
const ROW_MS = 2 * 60_000

/** Killed for it, or on the way to that. A probe that fails once may have met a slow start, or a bad moment. */
function failsProbe({ events, current }: SeenContainer, at: number): boolean {
  const recent = events.filter(({ last }) => last !== undefined && at - last < WINDOW_MS)
  const failures = recent.filter(isProbeFailure)
  if (failures.length > 0 && recent.some(({ name }) => name === 'Killing')) return true
  return failures.some(({ count, first, last = 0 }) => {
    const isOfThisRun = last >= (current?.startedAt ?? 0)
    return isOfThisRun && count >= 2 && (last - (first ?? last)) / (count - 1) < ROW_MS
  })
}

function lastFailure(events: readonly SeenEvent[]): number | undefined {
  const moments = events.filter(isProbeFailure).flatMap(({ last }) => last ?? [])
  return moments.length === 0 ? undefined : Math.max(...moments)
}

/** https://learn.microsoft.com/azure/container-instances/container-instances-liveness-probe */
function isProbeFailure({ name }: SeenEvent): boolean {
  return name === 'Unhealthy'
}

function wasShort(previous: SeenContainer['previous']): boolean {
  const { startedAt, finishedAt } = previous ?? {}
  return startedAt !== undefined && finishedAt !== undefined && finishedAt - startedAt < WINDOW_MS
}
