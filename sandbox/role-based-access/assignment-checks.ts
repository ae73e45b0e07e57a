import { armError } from '../arm-error.ts'
import { findPrincipal } from '../principals.ts'
import { Refusal } from '../protocol.ts'
import { findRoleDefinition } from '../role-definitions.ts'
import { contains, managementGroupNameOf, normaliseScope, subscriptionIdOf } from '../scopes.ts'
import type { World } from '../world.ts'
import { type Assignment, assignmentsIn, roleGuidOf } from './assignment.ts'
import type { SentAssignment } from './assignment-request.ts'
import { parseCondition } from './condition-parser.ts'
import { ConditionError } from './condition-tokens.ts'

export function checkRole(world: World, roleDefinitionId: string): void {
  if (findRoleDefinition(world, roleDefinitionId) !== undefined) return
  const id = compact(roleGuidOf(roleDefinitionId))
  const message = `The specified role definition with ID '${id}' does not exist.`
  throw armError(404, 'RoleDefinitionDoesNotExist', message)
}

/** Limits: https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits#azure-rbac-limits */
export function checkTexts({ condition, conditionVersion, description = '' }: SentAssignment): void {
  if (description.length > 2_048) throw invalid('The description is longer than 2 KB.')
  if (condition === undefined) {
    if (conditionVersion !== undefined) throw invalid('There is a condition version and no condition.')
    return
  }
  if (conditionVersion !== '2.0') throw invalid("The condition version must be '2.0'.")
  if (Buffer.byteLength(condition) > 8_192) throw invalid('The condition is longer than 8 KB.')
  try {
    parseCondition(condition)
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error
    if (error.reason === 'malformed') throw invalid(`The condition is not valid: ${error.message}.`)
    const message = `The sandbox does not evaluate all of this condition: ${error.message}. See sandbox/DIFFERENCES.md.`
    throw new Refusal({ status: 501, body: { error: { code: 'SandboxNotImplemented', message } } })
  }
}

/**
 * The directory may not know a fresh identity yet. It is believed when the request says that it is a service principal:
 * https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
 */
export function checkPrincipal(world: World, tenantId: string, { principalId, principalType }: SentAssignment): void {
  const principal = findPrincipal(world, principalId)
  const isReplicated = principal !== undefined && world.clock.now() >= principal.replicatedFrom
  if (principal === undefined || (!isReplicated && principalType !== 'ServicePrincipal')) {
    throw armError(
      400,
      'PrincipalNotFound',
      `Principal ${compact(principalId)} does not exist in the directory ${tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype`,
    )
  }
  if (principalType === undefined || principalType === principal.kind) return
  throw armError(
    400,
    'UnmatchedPrincipalType',
    `The PrincipalId '${compact(principalId)}' has type '${principal.kind}' , which is different from specified PrinciaplType '${principalType}'.`,
  )
}

/** Everything but the condition and the description of an assignment is settled for good. */
export function checkUpdate(existing: Assignment, scope: string, sent: SentAssignment): void {
  const isSame =
    normaliseScope(existing.scope) === normaliseScope(scope) &&
    existing.principalId.toLowerCase() === sent.principalId.toLowerCase() &&
    roleGuidOf(existing.roleDefinitionId) === roleGuidOf(sent.roleDefinitionId)
  if (isSame) return
  throw armError(
    400,
    'RoleAssignmentUpdateNotPermitted',
    'Tenant ID, application ID, principal ID, and scope are not allowed to be updated.',
  )
}

export function checkUnique(world: World, scope: string, sent: SentAssignment): void {
  const twin = assignmentsIn(world).find(
    (each) =>
      normaliseScope(each.scope) === normaliseScope(scope) &&
      each.principalId.toLowerCase() === sent.principalId.toLowerCase() &&
      roleGuidOf(each.roleDefinitionId) === roleGuidOf(sent.roleDefinitionId),
  )
  if (twin === undefined) return
  throw armError(
    409,
    'RoleAssignmentExists',
    `The role assignment already exists. The ID of the existing role assignment is ${compact(twin.name)}.`,
  )
}

/** A subscription counts what is in it, a management group what is at it. Orphans count too. */
export function checkLimit(world: World, scope: string): void {
  const subscriptionId = subscriptionIdOf(scope)
  const { subscription, managementGroup } = world.roleAssignmentLimits
  const isCounted = ({ scope: other }: Assignment) =>
    subscriptionId === undefined
      ? normaliseScope(other) === normaliseScope(scope)
      : contains(world, `/subscriptions/${subscriptionId}`, other)
  const limit = subscriptionId === undefined ? managementGroup : subscription
  if (subscriptionId === undefined && managementGroupNameOf(scope) === undefined) return
  if (assignmentsIn(world).filter(isCounted).length < limit) return
  throw armError(400, 'RoleAssignmentLimitExceeded', 'No more role assignments can be created')
}

/** Messages write GUIDs without dashes. */
function compact(guid: string): string {
  return guid.replaceAll('-', '')
}

function invalid(message: string) {
  return armError(400, 'BadRequestFormat', message)
}
