import type { ManagementGroup, World } from './world.ts'

const managementGroupPrefix = '/providers/Microsoft.Management/managementGroups/'

export function managementGroupId(name: string): string {
  return `${managementGroupPrefix}${name}`
}

/** In lower case and without a slash at the end. The root above all management groups is ''. */
export function normaliseScope(scope: string): string {
  return scope.toLowerCase().replace(/\/+$/, '')
}

/** Whether a scope is another or lies above it: https://learn.microsoft.com/azure/role-based-access-control/scope-overview */
export function contains(world: World, outer: string, inner: string): boolean {
  const above = normaliseScope(outer)
  const below = normaliseScope(inner)
  if (below === above || below.startsWith(`${above}/`)) return true
  return managementGroupsOver(world, below).some(({ name }) => normaliseScope(managementGroupId(name)) === above)
}

/** Id of the subscription a scope is in, in lower case; undefined above subscriptions. */
export function subscriptionIdOf(scope: string): string | undefined {
  return /^\/subscriptions\/([^/]+)/.exec(normaliseScope(scope))?.[1]
}

/** Name of the management group that a scope is, in lower case. */
export function managementGroupNameOf(scope: string): string | undefined {
  return /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/.exec(normaliseScope(scope))?.[1]
}

export function findManagementGroup(world: World, name: string): ManagementGroup | undefined {
  return world.managementGroups.find((each) => each.name.toLowerCase() === name.toLowerCase())
}

/** The management groups a scope is in, itself included, from the nearest to the root. */
function managementGroupsOver(world: World, scope: string): ManagementGroup[] {
  const subscription = world.subscriptions.find(({ subscriptionId }) => subscriptionId === subscriptionIdOf(scope))
  return chainOf(world, subscription?.managementGroup ?? managementGroupNameOf(scope))
}

function chainOf(world: World, name: string | undefined): ManagementGroup[] {
  const group = name === undefined ? undefined : findManagementGroup(world, name)
  return group === undefined ? [] : [group, ...chainOf(world, group.parent)]
}
