import type { ContainerGroup as ArmGroup, ContainerState as ArmState, Container } from '@azure/arm-containerinstance'
import type { ContainerState, SeenContainer, SeenEvent, Sighting } from '../spec/sighting.ts'

type ArmEvent = NonNullable<NonNullable<ArmGroup['instanceView']>['events']>[number]

/** What a reply shows of the containers. @param at when Azure sent it, by its Date header. */
export function sightingOf(group: ArmGroup, at: number): Sighting {
  return {
    group: group.name ?? '',
    at,
    provisioningState: group.provisioningState ?? 'Succeeded',
    state: group.instanceView?.state ?? 'Unknown',
    events: (group.instanceView?.events ?? []).map(eventOf),
    containers: group.containers.map(containerOf),
  }
}

/** The moment of a reply by the clock of whoever sent it; ours where it does not say. */
export function sentAt(date: string | undefined): number {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? Date.now() : at
}

function containerOf({ name, instanceView: view }: Container): SeenContainer {
  return {
    name,
    restarts: view?.restartCount ?? 0,
    current: view?.currentState && stateOf(view.currentState),
    previous: view?.previousState && stateOf(view.previousState),
    events: (view?.events ?? []).map(eventOf),
  }
}

function stateOf({ state, detailStatus, exitCode, startTime, finishTime }: ArmState): ContainerState {
  return {
    state: state ?? '',
    detail: detailStatus ?? '',
    exitCode,
    startedAt: moment(startTime),
    finishedAt: moment(finishTime),
  }
}

function eventOf({ name, message, type, count, firstTimestamp, lastTimestamp }: ArmEvent): SeenEvent {
  return {
    name: name ?? '',
    message: message ?? '',
    isWarning: type === 'Warning',
    count: count ?? 1,
    first: moment(firstTimestamp),
    last: moment(lastTimestamp),
  }
}

/** The SDK makes a date of whatever Azure sent. */
function moment(date: Date | undefined): number | undefined {
  const at = date?.getTime()
  return at === undefined || Number.isNaN(at) ? undefined : at
}
