import { type Address, addressOf, referenceTo } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { conditionFor, type RoleLimit } from './condition.ts'
import type { Surroundings } from './desired.ts'
import type { AzureResource, DirectoryRoleAssignment, RoleAssignment } from './resources.ts'
import { DIRECTORY_READERS, knownRoleId, roleName, TAG_CONTRIBUTOR, USER_ACCESS_ADMINISTRATOR } from './roles.ts'

type Known = Pick<Surroundings, 'principal' | 'roles'>
type Wanted = {
  readonly role: string
  readonly name: string
  readonly scope: string
  readonly condition: string | null
}

/** Every right that the connector is to have. */
export function desiredGrants(inputs: Inputs, known: Known, group: Address): AzureResource[] {
  const principal = known.principal ?? referenceTo(group, 'principal-id')
  const assignments = wantedOf(inputs, known).map((wanted): RoleAssignment => {
    const { role, name, scope, condition } = wanted
    const description = markOf(inputs)
    return {
      kind: 'role-assignment',
      address: grantAddress(role, scope),
      name: `${name} on ${scope}`,
      properties: { scope, role, principal, condition, description },
    }
  })
  if (!grantsDirectoryReaders(inputs)) return assignments
  const directory: DirectoryRoleAssignment = {
    kind: 'directory-role-assignment',
    address: directoryReadersAddress,
    name: 'Directory Readers',
    properties: { role: DIRECTORY_READERS, principal },
  }
  return [...assignments, directory]
}

export const directoryReadersAddress = addressOf('directory-role-assignment', DIRECTORY_READERS)

export function grantsDirectoryReaders({ permissions }: Pick<Inputs, 'permissions'>): boolean {
  return permissions.scope !== 'none' && permissions.directoryReaders
}

/** A grant is known by its role and scope: there is one for each. */
export function grantAddress(role: string, scope: string): Address {
  return addressOf('role-assignment', `${role.toLowerCase()}@${scope.toLowerCase()}`)
}

/** The description that makes a role assignment ours. It names the group, since two connectors may share a scope. */
export function markOf({ connectorId, subscriptionId, resourceGroup, name }: Inputs): string {
  const group = `${subscriptionId}/${resourceGroup}/${name}`.toLowerCase()
  return `Apono connector ${connectorId}, kept by azure-connector-action for ${group}`
}

/** Scopes at which these inputs grant anything, without the subscription. */
export function scopeOf({ permissions, subscriptionId }: Pick<Inputs, 'permissions' | 'subscriptionId'>): string {
  return permissions.scope === 'management-group'
    ? `/providers/Microsoft.Management/managementGroups/${permissions.managementGroup}`
    : `/subscriptions/${subscriptionId}`
}

function wantedOf(inputs: Inputs, known: Known): Wanted[] {
  return [...wantedByPermissions(inputs, known), ...wantedExtras(inputs, known)]
}

function wantedByPermissions(inputs: Inputs, known: Known): Wanted[] {
  const { permissions } = inputs
  if (permissions.scope === 'none') return []
  const scope = scopeOf(inputs)
  const condition = conditionFor(limitOf(inputs, known))
  const access = { role: USER_ACCESS_ADMINISTRATOR, name: roleName(USER_ACCESS_ADMINISTRATOR), scope, condition }
  const tagging = { role: TAG_CONTRIBUTOR, name: roleName(TAG_CONTRIBUTOR), scope, condition: null }
  return permissions.disableLocks ? [access, tagging] : [access]
}

function wantedExtras({ extraRoleAssignments }: Inputs, known: Known): Wanted[] {
  return extraRoleAssignments.map(({ role, scope }) => ({
    role: roleId(role, known),
    name: role,
    scope,
    condition: null,
  }))
}

export function limitOf({ permissions }: Pick<Inputs, 'permissions'>, known: Pick<Known, 'roles'>): RoleLimit {
  if (permissions.scope === 'none' || permissions.constrainRoles === 'none') return { to: 'all' }
  if (permissions.constrainRoles === 'privileged') return { to: 'unprivileged' }
  return { to: 'only', roles: permissions.constrainRoles.map((role) => roleId(role, known)) }
}

function roleId(role: string, { roles }: Pick<Known, 'roles'>): string {
  return knownRoleId(role) ?? roles.get(role) ?? role
}

/** Roles that only Azure can tell the ids of. */
export function unknownRoles({ permissions, extraRoleAssignments }: Inputs): string[] {
  const limited =
    permissions.scope !== 'none' && Array.isArray(permissions.constrainRoles) ? permissions.constrainRoles : []
  const named = [...limited, ...extraRoleAssignments.map(({ role }) => role)]
  return [...new Set(named.filter((role: string) => knownRoleId(role) === undefined))]
}
