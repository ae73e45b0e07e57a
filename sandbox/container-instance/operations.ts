import { armError } from '../arm-error.ts'
import { param, type SubscriptionRequest } from '../arm-request.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import type { World } from '../world.ts'
import type { ContainerGroup, GroupOperation } from './group.ts'
import { pullErrorOf, pullFailure } from './pull-error.ts'

type Target = Pick<GroupOperation, 'kind' | 'groupId' | 'subscriptionId' | 'location'>

const PROVISIONING_TIMEOUT_MS = 30 * 60_000

/** Begins an operation: its whole course is written down now, including whether it will fail. */
export function beginOperation(world: World, target: Target): GroupOperation {
  const { pendingMs, pullMs, startMs } = world.timing
  const startedAt = world.clock.now()
  const pullingAt = startedAt + pendingMs
  const pulledAt = pullingAt + pullMs
  const pullError = pullErrorOf(world)
  const failure = world.nextOperationFailure ?? (pullError === undefined ? undefined : [pullFailure(pullError)])
  world.nextOperationFailure = undefined
  const operation: GroupOperation = {
    ...target,
    operationId: world.random.guid(),
    startedAt,
    pullingAt,
    pulledAt,
    // A launch that gets nowhere is given up after half an hour: https://learn.microsoft.com/azure/container-instances/container-state
    finishedAt: pullError === undefined ? pulledAt + startMs : startedAt + PROVISIONING_TIMEOUT_MS,
    ...(failure === undefined ? {} : { failure }),
    ...(pullError === undefined ? {} : { pullError }),
  }
  world.groupOperations.set(operation.operationId, operation)
  return operation
}

/**
 * Where to watch an operation. The version in the address is always 2018-06-01, whatever the caller asked with, and there
 * is neither a Location nor a Retry-After header.
 */
export function operationHeaders(world: World, operation: GroupOperation): Record<string, string> {
  const { subscriptionId, location, operationId, startedAt } = operation
  const token = () => world.random.guid().replaceAll('-', '')
  const signature = `t=${startedAt}&c=${token()}&s=${token()}&h=${token()}`
  return {
    'Azure-AsyncOperation': `${world.origin}/subscriptions/${subscriptionId}/providers/Microsoft.ContainerInstance/locations/${location}/operations/${operationId}?api-version=2018-06-01&${signature}`,
    'x-ms-request-id': `${location}:${operationId}`,
  }
}

/** The state of an operation. A failure has no `error`: the reason is only in the events. */
export function operationReply({ world, call, subscription }: SubscriptionRequest): Reply {
  const operationId = param(call, 'operationId')
  const operation = world.groupOperations.get(operationId.toLowerCase())
  if (
    operation === undefined ||
    operation.subscriptionId !== subscription.subscriptionId ||
    operation.location !== param(call, 'location').toLowerCase()
  ) {
    throw armError(404, 'OperationNotFound', `The operation '${operationId}' was not found.`)
  }
  const failed = isOver(operation, world.clock.now()) ? (operation.failure ?? []) : []
  return {
    status: 200,
    body: {
      id: operation.groupId,
      status: operationStatus(operation, world.clock.now()),
      startTime: new Date(operation.startedAt).toISOString(),
      properties: { events: failed.map((event) => failureEvent(event, operation)) },
    },
  }
}

export function failureEvent(event: { name: string; message: string }, operation: GroupOperation): JsonObject {
  const at = new Date(operation.finishedAt).toISOString()
  return {
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
    name: event.name,
    message: event.message,
    type: 'Warning',
  }
}

/** No write is taken while an operation is under way: https://learn.microsoft.com/troubleshoot/azure/azure-container-instances/configuration-setup/container-group-transitioning-state */
export function refuseWhileTransitioning(group: ContainerGroup, now: number): void {
  if (isOver(group.launch, now)) return
  throw armError(
    409,
    'ContainerGroupTransitioning',
    `The container group '${group.name}' is still transitioning, please retry later.`,
  )
}

export function isOver(operation: GroupOperation, now: number): boolean {
  return now >= operation.finishedAt
}

export function hasSucceeded(operation: GroupOperation, now: number): boolean {
  return isOver(operation, now) && operation.failure === undefined
}

export function provisioningState({ launch }: ContainerGroup, now: number): string {
  if (launch.kind === 'restart' && !isOver(launch, now)) return 'Updating'
  return operationStatus(launch, now)
}

function operationStatus(operation: GroupOperation, now: number): string {
  if (now < operation.pullingAt) return 'Pending'
  if (!isOver(operation, now)) return 'Creating'
  return operation.failure === undefined ? 'Succeeded' : 'Failed'
}
