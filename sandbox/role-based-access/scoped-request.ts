import { armError, gatewayError } from '../arm-error.ts'
import type { TenantRequest } from '../arm-request.ts'
import { authorizeRoughly } from '../authorization.ts'
import type { Call } from '../protocol.ts'
import { managementGroupNameOf, normaliseScope, subscriptionIdOf } from '../scopes.ts'
import { findSubscription } from '../subscription-lookup.ts'
import type { World } from '../world.ts'

/** The providers whose resources the sandbox keeps. Whatever else a scope names is taken to be there. */
const keptHere = /^microsoft\.(containerinstance\/containergroups|managedidentity\/userassignedidentities)\//

/** What an extension such as a role assignment is for, as sent; `/` is the root above everything. */
export function scopeOf({ params }: Call): string {
  return `/${params.scope ?? ''}`
}

/** ARM's order: which subscription, whether allowed, whether there. Conditions are for after the body has been read. */
export function enter({ world, caller, call }: TenantRequest, action: string): string {
  const scope = scopeOf(call)
  const subscriptionId = subscriptionIdOf(scope)
  if (subscriptionId !== undefined) findSubscription(world, caller, subscriptionId)
  authorizeRoughly(world, caller, action, scope)
  requirePresence(world, scope)
  return scope
}

/** The id of a role definition as it looks from a scope: with the subscription that was asked, or with none above them. */
export function roleDefinitionIdFrom(scope: string, guid: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? ''
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${guid}`
}

function requirePresence(world: World, scope: string): void {
  const [, group, name] = /^(\/subscriptions\/[^/]+\/resourcegroups\/([^/]+))/.exec(normaliseScope(scope)) ?? []
  if (group === undefined) {
    requireFormOfScope(scope)
    return
  }
  if (!world.resources.has(group)) {
    throw gatewayError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`)
  }
  const key = normaliseScope(scope)
  const resource = key.slice(`${group}/providers/`.length)
  if (!keptHere.test(resource) || world.resources.has(key) || world.containerGroups.has(key)) return
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${resource}' under resource group '${name}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

function requireFormOfScope(scope: string): void {
  const isSubscription = /^\/subscriptions\/[^/]+(\/providers\/.+)?$/.test(normaliseScope(scope))
  if (scope === '/' || isSubscription || managementGroupNameOf(scope) !== undefined) return
  throw armError(400, 'InvalidScope', `The scope '${scope}' is not valid.`)
}
