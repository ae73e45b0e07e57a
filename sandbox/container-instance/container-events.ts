import { createHash } from 'node:crypto'
import type { JsonObject } from '../protocol.ts'
import type { World } from '../world.ts'
import type { Course } from './course.ts'
import type { ContainerDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'
import { failuresIn, type Probe, probeOf } from './probe.ts'

type Times = { readonly first: number; readonly last?: number; readonly count?: number }

/**
 * What happened to a container up to a moment, each kind of event once with how often and when last, as the service folds them:
 * https://learn.microsoft.com/azure/container-instances/container-instances-troubleshooting
 */
export function eventsOf(
  world: World,
  { launch }: ContainerGroup,
  container: ContainerDefinition,
  course: Course,
  at: number,
): JsonObject[] {
  const image = container.properties?.image ?? ''
  if (launch.pullError !== undefined) return refusedPulls(image, launch.pullError, launch.pulledAt, at)
  if (launch.failure !== undefined) return []
  // Only events tell which digest a tag stood for.
  const pulled = `${image}@sha256:${createHash('sha256').update(image).digest('hex')}`
  const pulling = event('Pulling', `pulling image "${pulled}"`, { first: launch.pullingAt })
  if (at < launch.pulledAt) return [pulling]
  const done = event('Pulled', `Successfully pulled image "${pulled}"`, { first: launch.pulledAt })
  if (course.state === 'waiting') return [pulling, done]
  const first = launch.finishedAt
  const probe = world.containerBehaviour === 'unhealthy' ? probeOf(world, container) : undefined
  return [
    pulling,
    done,
    event('Started', 'Started container', { first, last: course.startedAt, count: course.restarts + 1 }),
    ...(probe === undefined ? crashes(course, first) : failedProbes(probe, course, first, at)),
  ]
}

const RETRY_MS = 15_000

/** Tried again and again, by the clock. */
function refusedPulls(image: string, error: string, first: number, at: number): JsonObject[] {
  if (at < first) return []
  const count = 1 + Math.floor((at - first) / RETRY_MS)
  const times = { first, last: first + (count - 1) * RETRY_MS, count }
  return [
    event('Pulling', `pulling image "${image}"`, times),
    warning('Failed', `Failed to pull image "${image}": rpc error: code = Unknown desc = ${error}`, times),
    event('BackOff', `Back-off pulling image "${image}"`, times),
  ]
}

function crashes(course: Course, first: number): JsonObject[] {
  if (course.state === 'waiting' || course.state === 'exited' || course.previous === undefined) return []
  const last = course.previous.finishedAt
  const count = course.state === 'backing-off' ? course.restarts + 1 : course.restarts
  return [warning('BackOff', 'Back-off restarting failed container', { first, last, count })]
}

function failedProbes(probe: Probe, course: Course, first: number, at: number): JsonObject[] {
  if (course.state !== 'running') return []
  const { count, lastMs } = failuresIn(probe, at - course.startedAt)
  const all = course.restarts * probe.failures + count
  if (all === 0) return []
  const last = count === 0 ? course.startedAt : course.startedAt + lastMs
  const target = `Get "http://10.92.0.4:${probe.port}${probe.path}"`
  const message = `Liveness probe failed: ${target}: dial tcp 10.92.0.4:${probe.port}: connect: connection refused`
  const unhealthy = warning('Unhealthy', message, { first: first + probe.firstMs, last, count: all })
  if (course.restarts === 0) return [unhealthy]
  const times = { first, last: course.startedAt, count: course.restarts }
  return [unhealthy, event('Killing', 'Container failed liveness probe, will be restarted', times)]
}

function warning(name: string, message: string, times: Times): JsonObject {
  return { ...event(name, message, times), type: 'Warning' }
}

function event(name: string, message: string, { first, last = first, count = 1 }: Times): JsonObject {
  return { count, firstTimestamp: iso(first), lastTimestamp: iso(last), name, message, type: 'Normal' }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}
