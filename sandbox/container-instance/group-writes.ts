import { param, type ResourceGroupRequest } from '../arm-request.ts'
import { conform, map, object, parseBody, string } from '../json-shape.ts'
import { normaliseLocation } from '../locations.ts'
import { removePrincipal } from '../principals.ts'
import type { Reply } from '../protocol.ts'
import { checkTags } from '../tags.ts'
import { checkImages, checkLinks, checkQuota, checkSubnets } from './admission.ts'
import { type GroupDefinition, readGroupDefinition } from './definition.ts'
import type { ContainerGroup, GroupOperation } from './group.ts'
import { findGroup, groupIdOf, requireGroup, storeGroup } from './group-lookup.ts'
import { systemPrincipal, withPrincipals } from './identity.ts'
import { beginOperation, operationHeaders, refuseWhileTransitioning } from './operations.ts'
import { groupBody } from './reply.ts'
import { checkUpdate } from './update-rules.ts'
import { checkGroup } from './validation.ts'

/** A PUT is the whole group. It restarts every container, also when nothing in it has changed. */
export function putGroup(request: ResourceGroupRequest): Reply {
  const { world, caller, call, subscription } = request
  const existing = findGroup(request)
  const id = existing?.id ?? groupIdOf(request)
  const name = existing?.name ?? param(call, 'name')
  const sent = readGroupDefinition(parseBody(call.text))
  checkGroup(name, sent)
  checkLinks(world, caller, id, sent)
  if (existing !== undefined) {
    refuseWhileTransitioning(existing, world.clock.now())
    checkUpdate(world, existing, sent)
  }
  const definition = withPrincipals(world, sent)
  const location = normaliseLocation(definition.location ?? '')
  checkSubnets(world, { id, subscriptionId: subscription.subscriptionId, location }, definition)
  checkImages(world, name, definition)
  checkQuota(world, { subscriptionId: subscription.subscriptionId, location, groupId: id }, definition.properties)

  const principalId = systemPrincipal(world, subscription, { ...existing, name, identity: definition.identity ?? {} })
  const ip = existing?.ip ?? newAddress(request, definition)
  const launch = beginOperation(world, {
    kind: existing === undefined ? 'create' : 'update',
    groupId: id,
    subscriptionId: subscription.subscriptionId,
    location,
  })
  const group: ContainerGroup = {
    id,
    name,
    definition,
    launch,
    ...(principalId === undefined ? {} : { principalId }),
    ...(ip === undefined ? {} : { ip }),
  }
  storeGroup(world, group)
  return {
    status: existing === undefined ? 201 : 200,
    headers: { ...operationHeaders(world, launch), ...writeQuotaHeaders },
    body: groupBody(world, group, 'with-views'),
  }
}

/** Only tags take effect: https://learn.microsoft.com/rest/api/container-instances/container-groups/update */
export function patchGroup(request: ResourceGroupRequest): Reply {
  const { world, call } = request
  const group = requireGroup(request)
  // The shape has just been checked.
  const { tags } = conform(parseBody(call.text), object({ tags: map(string) })) as Pick<GroupDefinition, 'tags'>
  checkTags(tags)
  refuseWhileTransitioning(group, world.clock.now())
  const patched = tags === undefined ? group : { ...group, definition: { ...group.definition, tags } }
  storeGroup(world, patched)
  return { status: 200, body: groupBody(world, patched, 'with-views') }
}

/** Gone at once, with the last body as a farewell; 204 when there was nothing. */
export function deleteGroup(request: ResourceGroupRequest): Reply {
  const { world } = request
  const group = findGroup(request)
  if (group === undefined) return { status: 204 }
  refuseWhileTransitioning(group, world.clock.now())
  const body = groupBody(world, group, 'with-views')
  if (group.principalId !== undefined) removePrincipal(world, group.principalId)
  world.containerGroups.delete(group.id.toLowerCase())
  return { status: 200, headers: writeQuotaHeaders, body }
}

export function startGroup(request: ResourceGroupRequest): Reply {
  return { status: 202, headers: operationHeaders(request.world, relaunch(request, 'start')) }
}

export function restartGroup(request: ResourceGroupRequest): Reply {
  return { status: 204, headers: operationHeaders(request.world, relaunch(request, 'restart')) }
}

export function stopGroup(request: ResourceGroupRequest): Reply {
  const { world } = request
  const group = requireGroup(request)
  refuseWhileTransitioning(group, world.clock.now())
  storeGroup(world, { ...group, stoppedAt: group.stoppedAt ?? world.clock.now() })
  return { status: 204 }
}

function relaunch(request: ResourceGroupRequest, kind: 'start' | 'restart'): GroupOperation {
  const { world } = request
  const { stoppedAt: _, ...group } = requireGroup(request)
  refuseWhileTransitioning(group, world.clock.now())
  const { groupId, subscriptionId, location } = group.launch
  const launch = beginOperation(world, { kind, groupId, subscriptionId, location })
  storeGroup(world, { ...group, launch })
  return launch
}

/** Addresses of documentation and of private networks, https://www.rfc-editor.org/rfc/rfc5737: none belongs to anyone. */
function newAddress({ world }: ResourceGroupRequest, { properties }: GroupDefinition): string | undefined {
  if (properties.ipAddress === undefined) return undefined
  const host = (Number.parseInt(world.random.guid().slice(0, 4), 16) % 250) + 4
  return properties.ipAddress.type === 'Public' ? `203.0.113.${host}` : `10.0.0.${host}`
}

/** Container Instances counts creates and deletes of its own, besides ARM's counts. */
const writeQuotaHeaders = {
  'x-ms-ratelimit-remaining-subscription-resource-requests-pt5m': '99',
  'x-ms-ratelimit-remaining-subscription-resource-requests-pt1h': '299',
}
