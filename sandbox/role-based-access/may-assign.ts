import { type Attributes, judge } from '../authorization.ts'
import type { World } from '../world.ts'
import { roleGuidOf } from './assignment.ts'

/** A role assignment that somebody wants to write or delete. */
export type AssignmentQuestion = {
  readonly action: 'write' | 'delete'
  /** The id of a role definition, or its GUID alone. */
  readonly roleDefinitionId: string
  readonly scope: string
  readonly principalId: string
  readonly principalType: string
}

export const assignmentAction = (verb: 'read' | 'write' | 'delete') => `Microsoft.Authorization/roleAssignments/${verb}`

/** Whether a principal's own roles, their conditions included, let it write or delete a role assignment. */
export function mayAssign(world: World, principalId: string, question: AssignmentQuestion): boolean {
  const { action, scope } = question
  const verdict = judge(
    world,
    { objectId: principalId },
    assignmentAction(action),
    scope,
    attributesOf(action, question),
  )
  return verdict === 'allowed'
}

/** A write is judged by what is asked for, a deletion by what is there. */
export function attributesOf(
  action: 'write' | 'delete',
  { roleDefinitionId, principalId, principalType }: Omit<AssignmentQuestion, 'action' | 'scope'>,
): Attributes {
  const attributes = {
    RoleDefinitionId: roleGuidOf(roleDefinitionId),
    PrincipalId: principalId,
    PrincipalType: principalType,
  }
  return action === 'write' ? { request: attributes } : { resource: attributes }
}
