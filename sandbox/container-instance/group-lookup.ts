import { gatewayError } from '../arm-error.ts'
import { param, type ResourceGroupRequest } from '../arm-request.ts'
import type { World } from '../world.ts'
import type { ContainerGroup } from './group.ts'

/** The id a group of this request has or would have. */
export function groupIdOf({ call, resourceGroup }: ResourceGroupRequest): string {
  return `${resourceGroup.id}/providers/Microsoft.ContainerInstance/containerGroups/${param(call, 'name')}`
}

export function findGroup(request: ResourceGroupRequest): ContainerGroup | undefined {
  return request.world.containerGroups.get(groupIdOf(request).toLowerCase())
}

export function requireGroup(request: ResourceGroupRequest): ContainerGroup {
  const group = findGroup(request)
  if (group !== undefined) return group
  const name = param(request.call, 'name')
  const resourceGroupName = param(request.call, 'resourceGroupName')
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.ContainerInstance/containerGroups/${name}' under resource group '${resourceGroupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

/** All groups below a scope, in the order they were made. */
export function groupsBelow(world: World, scope: string): ContainerGroup[] {
  return [...world.containerGroups.values()].filter(({ id }) => id.toLowerCase().startsWith(`${scope.toLowerCase()}/`))
}

export function storeGroup(world: World, group: ContainerGroup): void {
  world.containerGroups.set(group.id.toLowerCase(), group)
}
