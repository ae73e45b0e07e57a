import { isJsonObject } from '../json-shape.ts'
import { findPrincipal } from '../principals.ts'
import type { JsonObject } from '../protocol.ts'
import type { ArmRecord, World } from '../world.ts'
import { roleGuidOf } from './assignment.ts'
import { roleDefinitionIdFrom } from './scoped-request.ts'

/** A role assignment as a reader at a scope sees it. Of a principal that is no more, nobody knows what it was. */
export function assignmentBody(world: World, { body }: ArmRecord, queriedScope: string): JsonObject {
  const properties = isJsonObject(body.properties) ? body.properties : {}
  const exists = findPrincipal(world, String(properties.principalId)) !== undefined
  return {
    ...body,
    properties: {
      ...properties,
      roleDefinitionId: roleDefinitionIdFrom(queriedScope, roleGuidOf(String(properties.roleDefinitionId))),
      principalType: exists ? (properties.principalType ?? null) : 'Unknown',
    },
  }
}
