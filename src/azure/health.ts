import type { Health } from '../engine/resource.ts'
import type { LivenessProbe } from '../spec/resources.ts'
import { allEvents, type SeenContainer, type SeenEvent, type Sighting } from '../spec/sighting.ts'
import { ENDED } from './container-group-arm.ts'

/** How long a connector has to run without a mishap before it counts as running, by Azure's clock, where no probe asks for more. */
const WINDOW_MS = 45_000

/** From the moment a probe is asked until Azure shows that it failed. */
const PROBE_MARGIN_MS = 5_000

/**
 * How long is long enough, in milliseconds. Nothing is proven before the probe was asked once, and a kubelet asks once a period,
 * whenever its turn comes: for the first time up to a period after the initial delay.
 */
export function windowOf(probe: Pick<LivenessProbe, 'initialDelay' | 'period'> | null): number {
  return probe === null ? WINDOW_MS : Math.max(WINDOW_MS, (probe.initialDelay + probe.period) * 1000 + PROBE_MARGIN_MS)
}

export type Trial = {
  /** See `windowOf`. */
  readonly window: number
  /** When the group was last written, by Azure's clock: what began before says nothing of what was written. 0 where nothing was. */
  readonly since: number
}

/** Clocks of Azure's own machines differ by seconds. */
const LEEWAY_MS = 30_000

/** A kubelet waits up to five minutes before it tries an image again. */
const LONGEST_BACK_OFF_MS = 6 * 60_000

/**
 * Is what Azure shows a group that works? `Succeeded` and `Running` say nothing about that: a group whose container crashes over
 * and over has both. https://learn.microsoft.com/azure/container-instances/container-state
 */
export function healthOf(sighting: Sighting, { window = WINDOW_MS, since = 0 }: Partial<Trial> = {}): Health {
  const { provisioningState, state, at } = sighting
  if (provisioningState === 'Unhealthy') return { is: 'broken', detail: 'unhealthy' }
  const unpullable = pullTrouble(sighting, Math.max(since, at - LONGEST_BACK_OFF_MS))
  if (unpullable !== undefined) return { is: 'broken', detail: unpullable }
  if (provisioningState !== 'Succeeded' && provisioningState !== 'Failed')
    return { is: 'changing', detail: provisioningState }
  const containers = sighting.containers.map((container) => newsOf(container, since))
  if (containers.some((container) => isOfEarlierLaunch(container, since)))
    return { is: 'unproven', detail: 'not started anew yet' }
  const [trouble] = containers.flatMap((container) => troubleOf(container, { at, window }))
  if (trouble !== undefined) return { is: 'broken', detail: trouble }
  if (provisioningState === 'Failed') return { is: 'broken', detail: 'not set up: Azure has given up on it' }
  if (ENDED.includes(state)) return { is: 'broken', detail: `in the state ${state}` }
  const [doubt] = containers.length === 0 ? [UNSEEN] : containers.flatMap((container) => doubtAbout(container) ?? [])
  if (doubt !== undefined) return { is: 'unproven', detail: doubt }
  const youngest = Math.min(...containers.flatMap((container) => ageOf(container, at) ?? []))
  if (youngest < window) return { is: 'unproven', detail: `running for ${Math.floor(youngest / 1000)} s` }
  return { is: 'ready' }
}

/** Without what happened to it before. */
function newsOf(container: SeenContainer, since: number): SeenContainer {
  return { ...container, events: container.events.filter(({ last = since }) => last >= since) }
}

/** Azure reads from copies, which go on for a while to show the containers that a write put an end to. */
function isOfEarlierLaunch({ current, previous }: SeenContainer, since: number): boolean {
  const began = current?.startedAt ?? previous?.startedAt
  return began !== undefined && began < since - LEEWAY_MS
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

const UNSEEN = 'not shown to run yet'

/** Why a container cannot be said to run, without being beyond help; completes "it is …". */
function doubtAbout({ current }: SeenContainer): string | undefined {
  switch (current?.state) {
    case 'Running':
      return current.startedAt === undefined ? 'running, but Azure does not tell since when' : undefined
    case 'Waiting':
      return 'waiting to be started'
    case 'Terminated':
      return `down: its container ended with exit code ${current.exitCode ?? '(not told)'}`
    default:
      return UNSEEN
  }
}

type Judged = Pick<Trial, 'window'> & Pick<Sighting, 'at'>

function troubleOf(container: SeenContainer, { at, window }: Judged): string[] {
  const { current, previous, restarts } = container
  const isYoung = (ageOf(container, at) ?? Number.POSITIVE_INFINITY) < window
  const ends = isWaiting(container) || isYoung ? [current, previous] : isDown(container) ? [current] : []
  if (ends.some((end) => end?.detail.includes('OOMKilled'))) return ['killed for want of memory']
  if (failsProbe(container, { at, window })) return ['failing its health probe']
  if (isWaiting(container) && current?.detail.includes('CrashLoopBackOff')) return ['crashing over and over']
  if (isYoung && restarts >= 2 && wasShort(previous, window)) return ['crashing over and over']
  // Who is stopped by somebody ends without an exit code.
  if (isDown(container) && restarts >= 1 && current?.exitCode !== undefined && wasShort(current, window))
    return ['crashing over and over']
  return []
}

function isWaiting({ current }: SeenContainer): boolean {
  return current?.state === 'Waiting'
}

/** Between two runs, or for good. */
function isDown({ current }: SeenContainer): boolean {
  return current?.state === 'Terminated'
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
function failsProbe({ events, current }: SeenContainer, { at, window }: Judged): boolean {
  const recent = events.filter(({ last }) => last !== undefined && at - last < window)
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

function wasShort(run: SeenContainer['previous'], window: number): boolean {
  const { startedAt, finishedAt } = run ?? {}
  return startedAt !== undefined && finishedAt !== undefined && finishedAt - startedAt < window
}
