import { armError } from '../arm-error.ts'
import { authorizeLinked, isAllowed } from '../authorization.ts'
import { isJsonObject } from '../json-shape.ts'
import { refuseUnsuitable } from '../virtual-networks.ts'
import type { Caller, World } from '../world.ts'
import { totalCores } from './container-validation.ts'
import type { GroupDefinition, GroupProperties } from './definition.ts'
import { isPullable, type MayPull, parseImage } from './image.ts'

/** A subnet is joined and an identity assigned only by who may do so there. */
export function checkLinks(world: World, caller: Caller, groupId: string, definition: GroupDefinition): void {
  const own = { action: 'Microsoft.ContainerInstance/containerGroups/write', scope: groupId }
  for (const { id = '' } of definition.properties.subnetIds ?? []) {
    const action = 'Microsoft.Network/virtualNetworks/subnets/join/action'
    authorizeLinked(world, caller, own, { action, scope: id })
  }
  for (const scope of Object.keys(definition.identity?.userAssignedIdentities ?? {})) {
    const action = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
    authorizeLinked(world, caller, own, { action, scope })
  }
}

export function checkSubnets(
  world: World,
  group: { readonly id: string; readonly subscriptionId: string; readonly location: string },
  { properties }: GroupDefinition,
): void {
  for (const { id = '' } of properties.subnetIds ?? []) refuseUnsuitable(world, id, group)
}

/** Images are looked for while the PUT waits, so a wrong registry password is a 400 and not a failed operation. */
export function checkImages(world: World, group: string, definition: GroupDefinition): void {
  const { properties } = definition
  const { containers = [], initContainers = [], imageRegistryCredentials = [] } = properties
  for (const container of [...containers, ...initContainers]) {
    const image = container.properties?.image ?? ''
    const offered = properties.subnetIds === undefined ? imageRegistryCredentials : azureCredentials(properties)
    if (isPullable(image, offered, world.registries, pullerOf(world, definition))) continue
    throw armError(
      400,
      'InaccessibleImage',
      `The image '${image}' in container group '${group}' is not accessible. Please check the image and registry credential.`,
    )
  }
}

/** A group pulls as a user-assigned identity that it has: https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi */
function pullerOf(world: World, { identity }: GroupDefinition): MayPull {
  return (id, registryId) => {
    const assigned = Object.entries(identity?.userAssignedIdentities ?? {})
    const principal = assigned.find(([each]) => each.toLowerCase() === id.toLowerCase())?.[1]
    const objectId = isJsonObject(principal) ? String(principal.principalId) : ''
    return isAllowed(world, { objectId }, 'Microsoft.ContainerRegistry/registries/pull/read', registryId)
  }
}

/** Quota counts per subscription and region; an update does not count itself twice. */
export function checkQuota(
  world: World,
  place: { readonly subscriptionId: string; readonly location: string; readonly groupId: string },
  properties: GroupProperties,
): void {
  const others = [...world.containerGroups.values()].filter(
    ({ id, launch }) =>
      launch.subscriptionId === place.subscriptionId &&
      launch.location === place.location &&
      id.toLowerCase() !== place.groupId.toLowerCase(),
  )
  const usedCores = others.reduce((sum, { definition }) => sum + totalCores(definition.properties), 0)
  refuseBeyond('ContainerGroups', place.location, world.quota.groups, others.length, 1)
  refuseBeyond('StandardCores', place.location, world.quota.cores, usedCores, totalCores(properties))
}

function refuseBeyond(quota: string, region: string, limit: number, usage: number, requested: number): void {
  if (usage + requested <= limit) return
  throw armError(
    400,
    'ContainerGroupQuotaReached',
    `Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota '${quota}' exceeded in region '${region}'. Limit: '${limit}', Usage: '${usage}' Requested: '${requested}'.`,
  )
}

/** In a subnet, private registries other than Azure's are not supported: https://learn.microsoft.com/azure/container-instances/container-instances-virtual-network-concepts */
function azureCredentials({ imageRegistryCredentials = [] }: GroupProperties) {
  return imageRegistryCredentials.filter(({ server = '' }) =>
    parseImage(`${server}/any`)?.server.endsWith('.azurecr.io'),
  )
}
