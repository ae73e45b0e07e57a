import { gatewayError } from '../arm-error.ts'
import { isJsonObject } from '../json-shape.ts'
import { addManagedIdentity, removePrincipal } from '../principals.ts'
import type { JsonObject } from '../protocol.ts'
import type { Subscription, World } from '../world.ts'
import type { GroupDefinition } from './definition.ts'

/** Fills in whose principals the user-assigned identities are; the ids stay as they were sent. */
export function withPrincipals(world: World, definition: GroupDefinition): GroupDefinition {
  const { identity } = definition
  if (identity?.userAssignedIdentities === undefined) return definition
  const ids = Object.keys(identity.userAssignedIdentities)
  const userAssignedIdentities = Object.fromEntries(ids.map((id) => [id, principalOf(world, id)]))
  return { ...definition, identity: { ...identity, userAssignedIdentities } }
}

/** The principal of the system-assigned identity after a PUT: it lives as long as the group keeps such an identity. */
export function systemPrincipal(
  world: World,
  { tenantId }: Subscription,
  group: { readonly name: string; readonly principalId?: string } & Pick<GroupDefinition, 'identity'>,
): string | undefined {
  const isWanted = group.identity?.type?.startsWith('SystemAssigned') ?? false
  if (isWanted && group.principalId !== undefined) return group.principalId
  if (group.principalId !== undefined) removePrincipal(world, group.principalId)
  if (!isWanted) return undefined
  return addManagedIdentity(world, tenantId, group.name).objectId
}

function principalOf(world: World, id: string): JsonObject {
  const record = world.resources.get(id.toLowerCase())
  const properties = record?.body.properties
  if (!isJsonObject(properties) || properties.principalId === undefined || properties.clientId === undefined) {
    throw gatewayError(
      400,
      'FailedIdentityOperation',
      `Identity operation failed: the user-assigned identity '${id}' was not found.`,
    )
  }
  return { principalId: properties.principalId, clientId: properties.clientId }
}
