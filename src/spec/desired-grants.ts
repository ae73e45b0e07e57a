import type { Target } from '../engine/adapter.ts'
import { type Address, addressOf, referenceTo } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { conditionFor, type RoleLimit, settledCondition } from './condition.ts'
import type { Surroundings } from './desired.ts'
import type { AzureResource, DirectoryRoleAssignment, RoleAssignment } from './resources.ts'
import {
  ACR_PULL,
  DIRECTORY_READERS,
  isBuiltIn,
  knownRoleId,
  roleName,
  TAG_CONTRIBUTOR,
  USER_ACCESS_ADMINISTRATOR,
} from './roles.ts'

type Known = Pick<Surroundings, 'principal' | 'roles'>
type Wanted = {
  readonly role: string
  readonly name: string
  readonly scope: string
  readonly condition: string | null
}

/** Every right that the connector is to have. */
export function desiredGrants(inputs: Inputs, known: Known, group: Target, replica: number): AzureResource[] {
  const principal = known.principal ?? referenceTo(group.address, 'principal-id')
  const forReplica = replica === 0 ? '' : ` for ${group.name}`
  const assignments = wantedOf(inputs, known).map((wanted): RoleAssignment => {
    const { role, name, scope, condition } = wanted
    const description = markOf(inputs)
    return {
      kind: 'role-assignment',
      address: grantAddress(role, scope, replica),
      name: `${name} on ${scope}${forReplica}`,
      properties: { scope, role, principal, condition, description },
    }
  })
  if (!grantsDirectoryReaders(inputs)) return assignments
  const directory: DirectoryRoleAssignment = {
    kind: 'directory-role-assignment',
    address: directoryReadersAddress(replica),
    name: `Directory Readers${forReplica}`,
    properties: { role: DIRECTORY_READERS, principal },
  }
  return [...assignments, directory]
}

/** AcrPull on the registry of the image, for the identity that pulls it, unless the inputs grant the same already. */
export function pullGrants(
  inputs: Inputs,
  { principal, pull }: Pick<Surroundings, 'principal' | 'pull'>,
): RoleAssignment[] {
  if (pull === null) return []
  const isListed = inputs.extraRoleAssignments.some(
    ({ role, scope }) => grantKey(knownRoleId(role) ?? role, scope) === grantKey(ACR_PULL, pull.registry),
  )
  if (isListed && principal === pull.principal) return []
  return [
    {
      kind: 'role-assignment',
      address: addressOf('role-assignment', `pull:${grantKey(ACR_PULL, pull.registry)}`),
      name: `AcrPull on ${pull.registry}`,
      properties: {
        scope: pull.registry,
        role: ACR_PULL,
        principal: pull.principal,
        condition: null,
        description: markOf(inputs),
      },
    },
  ]
}

export function directoryReadersAddress(replica: number): Address {
  return addressOf('directory-role-assignment', keyOf(DIRECTORY_READERS, replica))
}

/** Scopes of these inputs outside the subscription, each once. */
export function scopesOutside(
  inputs: Pick<Inputs, 'permissions' | 'subscriptionId' | 'extraRoleAssignments'>,
): string[] {
  const subscription = `/subscriptions/${inputs.subscriptionId}/`
  const wanted = [...mainGrants(inputs), ...inputs.extraRoleAssignments].map(({ scope }) => scope)
  const outside = wanted.filter((scope) => !`${scope}/`.toLowerCase().startsWith(subscription))
  return [...new Map(outside.map((scope) => [scope.toLowerCase(), scope])).values()]
}

export function grantsDirectoryReaders({ permissions }: Pick<Inputs, 'permissions'>): boolean {
  return permissions.scope !== 'none' && permissions.directoryReaders
}

/** A grant is known by its role and scope, and by the replica whose identity gets it. */
export function grantAddress(role: string, scope: string, replica: number): Address {
  return addressOf('role-assignment', keyOf(grantKey(role, scope), replica))
}

/** Casing says nothing in ids and scopes. */
export function grantKey(role: string, scope: string): string {
  return `${role}@${scope}`.toLowerCase()
}

function keyOf(key: string, replica: number): string {
  return replica === 0 ? key : `${key}#${replica + 1}`
}

/** The description that makes a role assignment ours. It names the place, since two connectors may share a scope. */
export function markOf({ connectorId, subscriptionId, resourceGroup }: Inputs): string {
  const group = `${subscriptionId}/${resourceGroup}`.toLowerCase()
  return `Apono connector ${connectorId}, kept by azure-connector-action for ${group}`
}

/** Scope of the connector's main grants. */
export function scopeOf({ permissions, subscriptionId }: Pick<Inputs, 'permissions' | 'subscriptionId'>): string {
  return permissions.scope === 'management-group'
    ? `/providers/Microsoft.Management/managementGroups/${permissions.managementGroup}`
    : `/subscriptions/${subscriptionId}`
}

function wantedOf(inputs: Inputs, known: Known): Wanted[] {
  return [...wantedByPermissions(inputs, known), ...wantedExtras(inputs, known)]
}

function wantedByPermissions(inputs: Inputs, known: Known): Wanted[] {
  const condition = settledCondition(conditionFor(limitOf(inputs, known)))
  return mainGrants(inputs).map(({ role, scope }) => ({
    role,
    scope,
    name: roleName(role),
    condition: role === USER_ACCESS_ADMINISTRATOR ? condition : null,
  }))
}

/** What `permissions` and `disable-locks` grant. */
export function mainGrants(
  inputs: Pick<Inputs, 'permissions' | 'subscriptionId'>,
): { readonly role: string; readonly scope: string }[] {
  const { permissions } = inputs
  if (permissions.scope === 'none') return []
  const roles = permissions.disableLocks ? [USER_ACCESS_ADMINISTRATOR, TAG_CONTRIBUTOR] : [USER_ACCESS_ADMINISTRATOR]
  return roles.map((role) => ({ role, scope: scopeOf(inputs) }))
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

/** Roles that Azure has to be asked about: names that are not built in, and GUIDs, which may be mistyped. */
export function unknownRoles({ permissions, extraRoleAssignments }: Inputs): string[] {
  const limited =
    permissions.scope !== 'none' && Array.isArray(permissions.constrainRoles) ? permissions.constrainRoles : []
  const named = [...limited, ...extraRoleAssignments.map(({ role }) => role)]
  return [...new Set(named.filter((role: string) => !isBuiltIn(role)))]
}
