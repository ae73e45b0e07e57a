import { gatewayError } from './arm-error.ts'
import { isJsonObject } from './json-shape.ts'
import { findRoleDefinition } from './role-definitions.ts'
import type { Caller, Subscription, World } from './world.ts'

/** Refuses with ARM's own words unless a role of the caller allows the action at the scope. */
export function authorize(world: World, caller: Caller, action: string, scope: string): void {
  if (isAllowed(world, caller, action, scope)) return
  throw gatewayError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  )
}

/** Likewise for what a request links to: a subnet to join, an identity to assign. */
export function authorizeLinked(
  world: World,
  caller: Caller,
  own: { readonly action: string; readonly scope: string },
  linked: { readonly action: string; readonly scope: string },
): void {
  if (isAllowed(world, caller, linked.action, linked.scope)) return
  throw gatewayError(
    403,
    'LinkedAuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' has permission to perform action '${own.action}' on scope '${own.scope}'; however, it does not have permission to perform action '${linked.action}' on the linked scope(s) '${linked.scope}' or the linked scope(s) are invalid.`,
  )
}

/** Actions of one role minus its own notActions; roles only ever add up. Conditions and deny assignments are not looked at. */
export function isAllowed(world: World, caller: Caller, action: string, scope: string): boolean {
  return assignmentsOf(world, caller)
    .filter((assignment) => covers(assignment.scope, scope, caller.tenantId))
    .some(({ roleDefinitionId }) => {
      const role = findRoleDefinition(roleDefinitionId)
      if (role === undefined) return false
      return matchesAny(role.actions, action) && !matchesAny(role.notActions, action)
    })
}

/** Whether the caller has any role in the subscription: above it, at it, or anywhere below. Without one it does not see it. */
export function seesSubscription(world: World, caller: Caller, subscription: Subscription): boolean {
  const id = `/subscriptions/${subscription.subscriptionId}`
  return (
    subscription.tenantId === caller.tenantId &&
    assignmentsOf(world, caller).some(
      ({ scope }) => covers(scope, id, caller.tenantId) || covers(id, scope, caller.tenantId),
    )
  )
}

function assignmentsOf(world: World, caller: Caller): { roleDefinitionId: string; scope: string }[] {
  return [...world.roleAssignments.values()].flatMap(({ body: { properties } }) => {
    if (!isJsonObject(properties)) return []
    const { principalId, roleDefinitionId, scope } = properties
    if (typeof principalId !== 'string' || typeof roleDefinitionId !== 'string' || typeof scope !== 'string') return []
    return principalId.toLowerCase() === caller.objectId.toLowerCase() ? [{ roleDefinitionId, scope }] : []
  })
}

/** The root management group of a tenant bears the tenant's id; it is the only one whose children are known here. */
function covers(outer: string, inner: string, tenantId: string): boolean {
  const root = `/providers/microsoft.management/managementgroups/${tenantId}`.toLowerCase()
  const scope = outer.toLowerCase().replace(/\/$/, '')
  return scope === '' || scope === root || `${inner.toLowerCase()}/`.startsWith(`${scope}/`)
}

function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const literal = pattern.split('*').map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${literal.join('.*')}$`, 'i').test(action)
  })
}
