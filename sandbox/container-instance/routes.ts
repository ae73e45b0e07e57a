import type { ArmRoute, ResourceGroupRequest, SubscriptionRequest } from '../arm-request.ts'
import type { Reply } from '../protocol.ts'
import type { World } from '../world.ts'
import { groupsBelow, requireGroup } from './group-lookup.ts'
import { deleteGroup, patchGroup, putGroup, restartGroup, startGroup, stopGroup } from './group-writes.ts'
import { containerLogs } from './logs.ts'
import { isOver, operationReply } from './operations.ts'
import { groupBody } from './reply.ts'

/** The two differ in nothing but their names: one is the SDK's, the other that of az in Debian. */
const apiVersions = ['2022-10-01-preview', '2023-05-01']

const namespace = 'Microsoft.ContainerInstance'
const type = `${namespace}/containerGroups`
const subscription = '/subscriptions/{subscriptionId}'
const resourceGroup = `${subscription}/resourceGroups/{resourceGroupName}`
const group = `${resourceGroup}/providers/${type}/{name}`
const container = `${group}/containers/{containerName}`
const common = { apiVersions, namespace, level: 'resource-group' } as const

export const containerInstanceRoutes: readonly ArmRoute[] = [
  { ...common, method: 'PUT', path: group, action: `${type}/write`, handle: putGroup },
  { ...common, method: 'PATCH', path: group, action: `${type}/write`, handle: patchGroup },
  { ...common, method: 'DELETE', path: group, action: `${type}/delete`, handle: deleteGroup },
  {
    ...common,
    method: 'GET',
    path: group,
    action: `${type}/read`,
    handle: getGroup,
  },
  {
    ...common,
    method: 'GET',
    path: `${resourceGroup}/providers/${type}`,
    scope: resourceGroup,
    action: `${type}/read`,
    handle: listInResourceGroup,
  },
  {
    apiVersions,
    namespace,
    level: 'subscription',
    method: 'GET',
    path: `${subscription}/providers/${type}`,
    scope: subscription,
    action: `${type}/read`,
    handle: listInSubscription,
  },
  {
    ...common,
    method: 'POST',
    path: `${group}/start`,
    scope: group,
    action: `${type}/start/action`,
    handle: startGroup,
  },
  { ...common, method: 'POST', path: `${group}/stop`, scope: group, action: `${type}/stop/action`, handle: stopGroup },
  {
    ...common,
    method: 'POST',
    path: `${group}/restart`,
    scope: group,
    action: `${type}/restart/action`,
    handle: restartGroup,
  },
  {
    ...common,
    method: 'GET',
    path: `${container}/logs`,
    scope: container,
    action: `${type}/containers/logs/read`,
    handle: containerLogs,
  },
  {
    // Whoever was given the address may look: the signature in it is the permission, so a role on one group is enough.
    apiVersions: ['2018-06-01'],
    level: 'subscription',
    method: 'GET',
    path: `${subscription}/providers/${namespace}/locations/{location}/operations/{operationId}`,
    handle: operationReply,
  },
]

function getGroup(request: ResourceGroupRequest): Reply {
  const { world } = request
  if (isOver(requireGroup(request).launch, world.clock.now())) world.clock.advance(world.timing.lookMs)
  return { status: 200, body: groupBody(world, requireGroup(request), 'with-views') }
}

function listInResourceGroup({ world, resourceGroup: { id } }: ResourceGroupRequest): Reply {
  return listBelow(world, id)
}

function listInSubscription({ world, subscription: { subscriptionId } }: SubscriptionRequest): Reply {
  return listBelow(world, `/subscriptions/${subscriptionId}`)
}

function listBelow(world: World, scope: string): Reply {
  const value = groupsBelow(world, scope).map((group) => groupBody(world, group, 'without-views'))
  return { status: 200, body: { value } }
}
