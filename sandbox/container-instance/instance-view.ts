import type { JsonObject } from '../protocol.ts'
import type { World } from '../world.ts'
import { eventsOf, iso } from './container-events.ts'
import { type Course, courseOf, type Exit, groupState } from './course.ts'
import type { ContainerDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'
import { failureEvent, isOver } from './operations.ts'

export function groupInstanceView(world: World, group: ContainerGroup): JsonObject {
  const now = world.clock.now()
  const { failure = [] } = group.launch
  return {
    events: isOver(group.launch, now) ? failure.map((event) => failureEvent(event, group.launch)) : [],
    state: groupState(world, group, now),
  }
}

/** Absent until the service begins to pull the image; frozen at the moment the group was stopped. */
export function containerInstanceView(
  world: World,
  group: ContainerGroup,
  container: ContainerDefinition,
): JsonObject | undefined {
  const at = group.stoppedAt ?? world.clock.now()
  if (at < group.launch.pullingAt) return undefined
  const course = courseOf(world, group, container, at)
  return {
    restartCount: course.state === 'waiting' ? 0 : course.restarts,
    currentState: group.stoppedAt === undefined ? currentState(course) : stoppedState(course, group.stoppedAt),
    ...previousState(course),
    events: eventsOf(world, group, container, course, at),
  }
}

function currentState(course: Course): JsonObject {
  switch (course.state) {
    case 'waiting':
      return { state: 'Waiting', detailStatus: '' }
    case 'running':
      return { state: 'Running', startTime: iso(course.startedAt), detailStatus: '' }
    case 'backing-off':
      return { state: 'Waiting', detailStatus: 'CrashLoopBackOff: Back-off restarting failed' }
    case 'ended':
    case 'exited':
      return terminated(course.exit)
  }
}

function previousState(course: Course): JsonObject {
  if (!('previous' in course) || course.previous === undefined) return {}
  return { previousState: terminated(course.previous) }
}

function terminated(exit: Exit): JsonObject {
  return {
    state: 'Terminated',
    startTime: iso(exit.startedAt),
    exitCode: exit.exitCode,
    finishTime: iso(exit.finishedAt),
    detailStatus: exit.detail,
  }
}

function stoppedState(course: Course, stoppedAt: number): JsonObject {
  const started = course.state === 'waiting' ? {} : { startTime: iso(course.startedAt) }
  return {
    state: 'Terminated',
    ...started,
    finishTime: iso(stoppedAt),
    detailStatus: 'Container stopped per client request',
  }
}
