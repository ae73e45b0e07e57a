import { armError } from '../arm-error.ts'
import { param, type ResourceGroupRequest } from '../arm-request.ts'
import type { Reply } from '../protocol.ts'
import type { World } from '../world.ts'
import { connectorProblem } from './connector.ts'
import { courseOf } from './course.ts'
import type { ContainerDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'
import { requireGroup } from './group-lookup.ts'
import { isConnectorImage } from './image.ts'

/** What the newest run of a container has written; never a value of its environment. */
export function containerLogs(request: ResourceGroupRequest): Reply {
  const { world, call } = request
  const group = requireGroup(request)
  const containerName = param(call, 'containerName')
  const container = group.definition.properties.containers?.find(({ name }) => name === containerName)
  if (container === undefined) {
    throw armError(
      404,
      'ContainerNotFound',
      `The container '${containerName}' was not found in container group '${group.name}'.`,
    )
  }
  const lines = linesOf(world, group, container)
  const tail = Number(call.query.get('tail') ?? lines.length)
  const shown = Number.isInteger(tail) && tail >= 0 ? lines.slice(Math.max(0, lines.length - tail)) : lines
  const withTimes = call.query.get('timestamps') === 'true'
  return {
    status: 200,
    body: { content: shown.map(({ at, text }) => `${withTimes ? `${at} ` : ''}${text}\n`).join('') },
  }
}

function linesOf(world: World, group: ContainerGroup, container: ContainerDefinition): { at: string; text: string }[] {
  const course = courseOf(world, group, container, group.stoppedAt ?? world.clock.now())
  if (course.state === 'waiting') return []
  const at = new Date(course.startedAt).toISOString()
  return textOf(world, container, course.state).map((text) => ({ at, text }))
}

function textOf(world: World, container: ContainerDefinition, state: string): string[] {
  if (!isConnectorImage(container.properties?.image ?? '')) return [`${container.name} started`]
  const problem = connectorProblem(world, container)
  if (problem !== undefined) return ['Starting connector', `Connector cannot start: ${problem}`]
  if (world.connectorLog.length > 0) return [...world.connectorLog]
  return state === 'running' ? ['Starting connector', 'Connected'] : ['Starting connector', 'Connector ended']
}
