import type { World } from '../world.ts'
import type { ContainerDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'
import { isConnectorImage } from './image.ts'
import { hasSucceeded } from './operations.ts'

type Exit = { readonly startedAt: number; readonly exitCode: number; readonly finishedAt: number }

/** What a container is doing at a moment, once its group has been launched. */
export type Course =
  | { readonly state: 'waiting' }
  | { readonly state: 'running'; readonly startedAt: number; readonly restarts: number; readonly previous?: Exit }
  | { readonly state: 'backing-off'; readonly restarts: number; readonly startedAt: number; readonly previous: Exit }
  | { readonly state: 'exited'; readonly restarts: 0; readonly startedAt: number; readonly exit: Exit }

/** Follows from the clock alone: asking more often, or never, changes nothing. */
export function courseOf(world: World, group: ContainerGroup, container: ContainerDefinition, now: number): Course {
  const { launch } = group
  if (!hasSucceeded(launch, now)) return { state: 'waiting' }
  const exitCode = exitCodeOf(world, container)
  const first = launch.finishedAt
  if (exitCode === undefined) return { state: 'running', startedAt: first, restarts: 0 }

  const { exitAfterMs, backOffMs } = world.timing
  const exitFrom = (startedAt: number): Exit => ({ startedAt, exitCode, finishedAt: startedAt + exitAfterMs })
  if (!isRestarted(group, exitCode)) {
    if (now < first + exitAfterMs) return { state: 'running', startedAt: first, restarts: 0 }
    return { state: 'exited', restarts: 0, startedAt: first, exit: exitFrom(first) }
  }

  const cycleMs = Math.max(1, exitAfterMs + backOffMs)
  const restarts = Math.floor((now - first) / cycleMs)
  const startedAt = first + restarts * cycleMs
  if (now >= startedAt + exitAfterMs) {
    return { state: 'backing-off', restarts, startedAt, previous: exitFrom(startedAt) }
  }
  if (restarts === 0) return { state: 'running', startedAt, restarts }
  return { state: 'running', startedAt, restarts, previous: exitFrom(startedAt - cycleMs) }
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

/** Why a connector cannot start: a token its Apono does not accept, or no word on who it is and whom to call. */
export function connectorProblem(world: World, { properties }: ContainerDefinition): string | undefined {
  if (!isConnectorImage(properties?.image ?? '')) return undefined
  const settingOf = (wanted: string) => {
    const variable = properties?.environmentVariables?.find(({ name }) => name === wanted)
    return variable?.secureValue ?? variable?.value
  }
  if (settingOf('APONO_TOKEN') !== world.aponoToken) return 'the token was not accepted'
  return ['APONO_CONNECTOR_ID', 'APONO_URL'].map((name) => (settingOf(name) ? '' : `${name} is not set`)).find(Boolean)
}

function exitCodeOf(world: World, container: ContainerDefinition): number | undefined {
  if (connectorProblem(world, container) !== undefined) return 1
  switch (world.containerBehaviour) {
    case 'running':
      return undefined
    case 'crash-loop':
      return 1
    case 'exits':
      return 0
  }
}

/** A group without a restart policy behaves as Always. */
function isRestarted(group: ContainerGroup, exitCode: number): boolean {
  const policy = group.definition.properties.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}
