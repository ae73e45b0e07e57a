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
  readonly condition?: string
  readonly description?: string
}

/** A new role assignment as Microsoft.Authorization keeps it: what nobody set is null, not absent. */
export function roleAssignmentRecord(assignment: RoleAssignment): ArmRecord {
  const id = `${assignment.scope.replace(/\/$/, '')}/providers/Microsoft.Authorization/roleAssignments/${assignment.name}`
  return {
    id,
    body: {
      properties: {
        roleDefinitionId: assignment.roleDefinitionId,
        principalId: assignment.principalId,
        principalType: assignment.principalType,
        scope: assignment.scope,
        condition: assignment.condition ?? null,
        conditionVersion: assignment.condition === undefined ? null : '2.0',
        createdOn: assignment.at,
        updatedOn: assignment.at,
        createdBy: assignment.by,
        updatedBy: assignment.by,
        delegatedManagedIdentityResourceId: null,
        description: assignment.description ?? null,
      },
      id,
      type: 'Microsoft.Authorization/roleAssignments',
      name: assignment.name,
    },
  }
}
