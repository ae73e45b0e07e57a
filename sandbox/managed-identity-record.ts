import type { ArmRecord, ManagedIdentity } from './world.ts'

type Envelope = {
  readonly id: string
  readonly tenantId: string
  readonly location: string
  readonly tags: { readonly [name: string]: string }
}

/** A user-assigned identity as Microsoft.ManagedIdentity keeps and shows it. */
export function identityRecord(
  { id, tenantId, location, tags }: Envelope,
  { objectId, clientId, displayName }: ManagedIdentity,
): ArmRecord {
  return {
    id,
    body: {
      id,
      name: displayName,
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      location,
      tags,
      properties: { tenantId, principalId: objectId, clientId },
    },
  }
}
