import { matchesAny } from './action-pattern.ts'
import { gatewayError } from './arm-error.ts'
import { selfAndGroups } from './principals.ts'
import { type Assignment, assignmentsIn } from './role-based-access/assignment.ts'
import { type Circumstances, isFulfilled } from './role-based-access/condition-evaluation.ts'
import { findRoleDefinition } from './role-definitions.ts'
import { contains } from './scopes.ts'
import type { Caller, Subscription, World } from './world.ts'

/** What a condition may look at besides the action. */
export type Attributes = Pick<Circumstances, 'request' | 'resource'>

/** What the roles of a principal say to an action; `condition` when only a condition on a role stands against it. */
export type Verdict = 'allowed' | 'forbidden' | 'condition'

type Subject = Pick<Caller, 'objectId'>

/** Refuses with ARM's own words unless a role of the caller allows the action at the scope. */
export function authorize(world: World, caller: Caller, action: string, scope: string, attributes?: Attributes): void {
  const verdict = judge(world, caller, action, scope, attributes)
  if (verdict !== 'allowed') throw notAuthorized(caller, action, scope, verdict)
}

/** Refuses whom no role allows the action at the scope, whatever conditions say: for before the request has been read. */
export function authorizeRoughly(world: World, caller: Caller, action: string, scope: string): void {
  if (judge(world, caller, action, scope) === 'forbidden') throw notAuthorized(caller, action, scope, 'forbidden')
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

export function isAllowed(world: World, subject: Subject, action: string, scope: string): boolean {
  return judge(world, subject, action, scope) === 'allowed'
}

/** Actions of one role minus its own notActions, where its condition holds; roles only ever add up. Deny assignments are unknown. */
export function judge(
  world: World,
  subject: Subject,
  action: string,
  scope: string,
  attributes: Attributes = {},
): Verdict {
  const granting = assignmentsOver(world, subject, scope).filter(({ roleDefinitionId }) => {
    const role = findRoleDefinition(world, roleDefinitionId)
    return role !== undefined && matchesAny(role.actions, action) && !matchesAny(role.notActions, action)
  })
  if (granting.length === 0) return 'forbidden'
  return granting.some(({ condition }) => isFulfilled(condition, { action, ...attributes })) ? 'allowed' : 'condition'
}

/** Whether a role of the subject lets it work with the data in a resource, which no role does that does not say so. */
export function mayUseData(world: World, subject: Subject, action: string, scope: string): boolean {
  return assignmentsOver(world, subject, scope).some(({ roleDefinitionId }) => {
    const role = findRoleDefinition(world, roleDefinitionId)
    return role?.dataActions !== undefined && matchesAny(role.dataActions, action)
  })
}

/** What a principal was given at a scope or above it, itself or through a group. */
export function assignmentsOver(world: World, { objectId }: Subject, scope: string): Assignment[] {
  return assignmentsOf(world, objectId).filter((assignment) => contains(world, assignment.scope, scope))
}

/** Whether the caller has any role in the subscription: above it, at it, or anywhere below. Without one it does not see it. */
export function seesSubscription(world: World, caller: Caller, subscription: Subscription): boolean {
  const id = `/subscriptions/${subscription.subscriptionId}`
  return (
    isOpenTo(subscription, caller) &&
    assignmentsOf(world, caller.objectId).some(({ scope }) => contains(world, scope, id) || contains(world, id, scope))
  )
}

/** Of the caller's tenant, or delegated to it: https://learn.microsoft.com/azure/lighthouse/overview */
export function isOpenTo({ tenantId, managedByTenants }: Subscription, caller: Caller): boolean {
  return [tenantId, ...managedByTenants].includes(caller.tenantId)
}

function assignmentsOf(world: World, objectId: string): Assignment[] {
  const holders = selfAndGroups(world, objectId)
  return assignmentsIn(world).filter(({ principalId }) => holders.has(principalId.toLowerCase()))
}

function notAuthorized(caller: Caller, action: string, scope: string, verdict: 'forbidden' | 'condition') {
  const condition = verdict === 'condition' ? ' or an ABAC condition not fulfilled' : ''
  return gatewayError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization${condition} to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  )
}
