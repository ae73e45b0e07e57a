import type { ArmRecord } from './world.ts'

type RoleAssignment = {
  readonly scope: string
  readonly name: string
  readonly roleDefinitionId: string
  readonly principalId: string
  readonly principalType: string
  readonly at: string
  /** Object id of who made it. */
  readonly by: string
}

/** A role assignment as Microsoft.Authorization keeps and shows it: what nobody set is null, not absent. */
export function roleAssignmentRecord(assignment: RoleAssignment): ArmRecord {
  const id = `${assignment.scope}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`
  return {
    id,
    body: {
      properties: {
        roleDefinitionId: assignment.roleDefinitionId,
        principalId: assignment.principalId,
        principalType: assignment.principalType,
        scope: assignment.scope,
        condition: null,
        conditionVersion: null,
        createdOn: assignment.at,
        updatedOn: assignment.at,
        createdBy: null,
        updatedBy: assignment.by,
        delegatedManagedIdentityResourceId: null,
        description: null,
      },
      id,
      type: 'Microsoft.Authorization/roleAssignments',
      name: assignment.name,
    },
  }
}
