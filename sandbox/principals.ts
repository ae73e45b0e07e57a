import type { ManagedIdentity, Tenant, World } from './world.ts'

/** Whoever a role can be given to, as the directory knows it. */
export type Principal = {
  readonly objectId: string
  readonly displayName: string
  readonly kind: 'ServicePrincipal' | 'User' | 'Group'
  /** What stands behind a service principal. */
  readonly service?: { readonly clientId: string; readonly type: 'Application' | 'ManagedIdentity' }
  readonly replicatedFrom: number
}

export function findPrincipal(world: World, objectId: string): Principal | undefined {
  const id = objectId.toLowerCase()
  return world.tenants.flatMap(principalsOf).find((principal) => principal.objectId.toLowerCase() === id)
}

export function principalsOf({ applications, managedIdentities, members }: Tenant): Principal[] {
  return [
    ...applications.map(({ objectId, displayName, clientId }): Principal => {
      return {
        objectId,
        displayName,
        kind: 'ServicePrincipal',
        service: { clientId, type: 'Application' },
        replicatedFrom: 0,
      }
    }),
    ...managedIdentities.map(({ objectId, displayName, clientId, replicatedFrom }): Principal => {
      return {
        objectId,
        displayName,
        kind: 'ServicePrincipal',
        service: { clientId, type: 'ManagedIdentity' },
        replicatedFrom,
      }
    }),
    ...members.map(
      ({ objectId, displayName, kind }): Principal => ({ objectId, displayName, kind, replicatedFrom: 0 }),
    ),
  ]
}

/** Object ids in lower case of a principal and of all groups it is in, through other groups too. */
export function selfAndGroups(world: World, objectId: string): ReadonlySet<string> {
  const found = new Set([objectId.toLowerCase()])
  const groups = world.tenants.flatMap(({ members }) => members)
  // A set that grows while it is walked: groups found on the way are looked for in turn, each once.
  for (const id of found) {
    for (const { objectId: groupId, memberIds } of groups) {
      if (memberIds.some((memberId) => memberId.toLowerCase() === id)) found.add(groupId.toLowerCase())
    }
  }
  return found
}

/** The service principal for an identity of a resource. The directory needs a while to know it everywhere. */
export function addManagedIdentity(world: World, tenantId: string, displayName: string): ManagedIdentity {
  const identity = {
    objectId: world.random.guid(),
    clientId: world.random.guid(),
    displayName,
    replicatedFrom: world.clock.now() + world.timing.replicationMs,
  }
  world.tenants.find((tenant) => tenant.tenantId === tenantId)?.managedIdentities.push(identity)
  return identity
}

/**
 * Removes a principal, and its directory roles with it. Its role assignments in Azure stay behind, for a principal that is
 * no more. False when there is none.
 */
export function removePrincipal(world: World, objectId: string): boolean {
  const id = objectId.toLowerCase()
  const isThis = (each: { readonly objectId: string }) => each.objectId.toLowerCase() === id
  const removed = world.tenants.flatMap(({ applications, managedIdentities, members, directoryRoleAssignments }) => {
    remove(directoryRoleAssignments, ({ principalId }) => principalId.toLowerCase() === id)
    return [remove(applications, isThis), remove(managedIdentities, isThis), remove(members, isThis)]
  })
  return removed.includes(true)
}

/** Takes out what is meant, in place; false when that was nothing. */
export function remove<T>(from: T[], isMeant: (item: T) => boolean): boolean {
  const kept = from.filter((item) => !isMeant(item))
  const removed = from.length - kept.length
  from.splice(0, from.length, ...kept)
  return removed > 0
}
