import type { RoleAssignment as ArmAssignment, RoleAssignmentCreateParameters } from '@azure/arm-authorization'
import { v5 as uuid } from 'uuid'
import { settledCondition } from '../spec/condition.ts'
import type { RoleAssignmentProperties } from '../spec/resources.ts'
import { certain, understood } from './understood.ts'

/** The namespace of `guid()` in ARM templates, so that names agree with those of Bicep wherever the casing does. */
const ARM_GUID_NAMESPACE = '11fb06fb-712d-4ddd-98c7-e71bbd588830'

/** One name per scope, principal and role: making the same grant twice meets itself. Lower case, since ids come in any. */
export function assignmentName(scope: string, principal: string, role: string): string {
  return uuid([scope, principal, role].join('-').toLowerCase(), ARM_GUID_NAMESPACE)
}

/** The body of a PUT. Without the type of the principal ARM looks it up and does not find a fresh one. */
export function toArm(
  { scope, role, condition, description }: RoleAssignmentProperties,
  principalId: string,
): RoleAssignmentCreateParameters {
  return {
    roleDefinitionId: roleDefinitionId(scope, role),
    principalId,
    principalType: 'ServicePrincipal',
    ...(description !== null && { description }),
    ...(condition !== null && { condition, conditionVersion: '2.0' }),
  }
}

/** A role at a management group has no subscription in its id. */
function roleDefinitionId(scope: string, role: string): string {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? ''
  return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`
}

/** @throws DeployError when it has not what every role assignment has. */
export function readable(assignment: ArmAssignment): ArmAssignment {
  return understood('a role assignment', () => {
    const { scope, condition, description } = fromArm(assignment)
    for (const needed of [assignment.id, assignment.name, scope, condition ?? '', description ?? '']) certain(needed)
    return assignment
  })
}

/** Lists put the subscription that was asked before the role's id, so that only its last part says which role it is. */
export function fromArm(assignment: ArmAssignment): RoleAssignmentProperties {
  return {
    scope: assignment.scope ?? '',
    role: (assignment.roleDefinitionId ?? '').split('/').at(-1)?.toLowerCase() ?? '',
    principal: (assignment.principalId ?? '').toLowerCase(),
    condition: settledCondition(assignment.condition),
    description: assignment.description ?? null,
  }
}
