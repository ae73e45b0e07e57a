import { isJsonObject } from '../json-shape.ts'
import type { ArmRecord, World } from '../world.ts'

/** A role assignment as the sandbox works with it. */
export type Assignment = {
  readonly record: ArmRecord
  readonly name: string
  readonly scope: string
  readonly roleDefinitionId: string
  readonly principalId: string
  readonly principalType: string
  readonly condition: string | undefined
}

/** All assignments that are whole; tampering can leave others. */
export function assignmentsIn(world: World): Assignment[] {
  return [...world.roleAssignments.values()].flatMap((record) => {
    const { properties, name } = record.body
    if (!isJsonObject(properties)) return []
    const { scope, roleDefinitionId, principalId, principalType, condition } = properties
    if (typeof scope !== 'string' || typeof roleDefinitionId !== 'string' || typeof principalId !== 'string') return []
    return [
      {
        record,
        name: String(name),
        scope,
        roleDefinitionId,
        principalId,
        principalType: String(principalType),
        condition: typeof condition === 'string' ? condition : undefined,
      },
    ]
  })
}

/** The GUID at the end of the id of a role definition, which is all that tells two roles apart. */
export function roleGuidOf(roleDefinitionId: string): string {
  return (roleDefinitionId.split('/').at(-1) ?? '').toLowerCase()
}
