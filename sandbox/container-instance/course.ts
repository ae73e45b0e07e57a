import type { World } from '../world.ts'
import { connectorProblem } from './connector.ts'
import type { ContainerDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'
import { hasSucceeded } from './operations.ts'
import { probeOf, runUntilKilled } from './probe.ts'

/** How one run of a container ends. `detail` is what the service calls it. */
type End = { readonly exitCode: number; readonly detail: string }
export type Exit = End & { readonly startedAt: number; readonly finishedAt: number }

/** What a container is doing at a moment, once its group has been launched. */
export type Course =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly startedAt: number; readonly restarts: number; readonly previous?: Exit }
  /** It has ended and is to be started again: for a moment the service shows that, before it says that it backs off. */
  | {
      readonly state: 'ended'
      readonly restarts: number
      readonly startedAt: number
      readonly exit: Exit
      readonly previous?: Exit
    }
  | { readonly state: 'backing-off'; readonly restarts: number; readonly startedAt: number; readonly previous: Exit }
  | { readonly state: 'exited'; readonly restarts: 0; readonly startedAt: number; readonly exit: Exit }

/** A kubelet looks at its containers about once a second. */
const SHOWN_ENDED_MS = 1_500

/** Follows from the clock alone: asking more often, or never, changes nothing. */
export function courseOf(world: World, group: ContainerGroup, container: ContainerDefinition, now: number): Course {
  const { launch } = group
  if (!hasSucceeded(launch, now)) return { state: 'waiting' }
  const life = lifeOf(world, container)
  const first = launch.finishedAt
  if (life === undefined) return { state: 'running', startedAt: first, restarts: 0 }

  const { runMs, pauseMs, end } = life
  const exitFrom = (startedAt: number): Exit => ({ ...end, startedAt, finishedAt: startedAt + runMs })
  if (!isRestarted(group, end.exitCode)) {
    if (now < first + runMs) return { state: 'running', startedAt: first, restarts: 0 }
    return { state: 'exited', restarts: 0, startedAt: first, exit: exitFrom(first) }
  }

  const cycleMs = Math.max(1, runMs + pauseMs)
  const restarts = Math.floor((now - first) / cycleMs)
  const startedAt = first + restarts * cycleMs
  const earlier = restarts === 0 ? {} : { previous: exitFrom(startedAt - cycleMs) }
  const endedFor = now - (startedAt + runMs)
  if (endedFor < 0) return { state: 'running', startedAt, restarts, ...earlier }
  if (endedFor < Math.min(SHOWN_ENDED_MS, pauseMs / 2))
    return { state: 'ended', restarts, startedAt, exit: exitFrom(startedAt), ...earlier }
  return { state: 'backing-off', restarts, startedAt, previous: exitFrom(startedAt) }
}

/** The state of the group as a whole: https://learn.microsoft.com/azure/container-instances/container-state */
export function groupState(world: World, group: ContainerGroup, now: number): string {
  if (group.stoppedAt !== undefined) return 'Stopped'
  const courses = (group.definition.properties.containers ?? []).map((each) => courseOf(world, group, each, now))
  if (courses.some(({ state }) => state === 'waiting')) return 'Pending'
  const exits = courses.flatMap((course) => (course.state === 'exited' ? [course.exit] : []))
  if (exits.length < courses.length) return 'Running'
  return exits.some(({ exitCode }) => exitCode !== 0) ? 'Failed' : 'Succeeded'
}

const ERROR: End = { exitCode: 1, detail: 'Error' }

/** How long each run of a container is, how it ends, and how long until the next one; undefined for one that never ends. */
function lifeOf(
  world: World,
  container: ContainerDefinition,
): { readonly runMs: number; readonly pauseMs: number; readonly end: End } | undefined {
  const { exitAfterMs: runMs, backOffMs: pauseMs } = world.timing
  const ending = (end: End) => ({ runMs, pauseMs, end })
  if (connectorProblem(world, container) !== undefined) return ending(ERROR)
  switch (world.containerBehaviour) {
    case 'crash-loop':
      return ending(ERROR)
    case 'exits':
      return ending({ exitCode: 0, detail: 'Completed' })
    case 'out-of-memory':
      return ending({ exitCode: 137, detail: 'OOMKilled' })
    case 'unhealthy': {
      const probe = probeOf(world, container)
      if (probe === undefined) return undefined
      // The kubelet starts it again at once; only who ends by himself is kept waiting.
      return { runMs: runUntilKilled(probe), pauseMs: 0, end: { exitCode: 137, detail: 'Error' } }
    }
    default:
      return undefined
  }
}

/** A group without a restart policy behaves as Always. */
function isRestarted(group: ContainerGroup, exitCode: number): boolean {
  const policy = group.definition.properties.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
