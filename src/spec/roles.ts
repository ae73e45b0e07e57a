import { canonicalGuid } from './guid.ts'

export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
export const RBAC_ADMINISTRATOR = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
export const TAG_CONTRIBUTOR = '4a9ae827-6dc8-4573-8ac7-8239d42aa03f'
export const ACR_PULL = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

/**
 * Built-in roles with the same ids in every tenant: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  [OWNER, 'Owner'],
  ['b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor'],
  ['acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader'],
  [USER_ACCESS_ADMINISTRATOR, 'User Access Administrator'],
  [RBAC_ADMINISTRATOR, 'Role Based Access Control Administrator'],
  [TAG_CONTRIBUTOR, 'Tag Contributor'],
  ['4633458b-17de-408a-b874-0445c86b69e6', 'Key Vault Secrets User'],
  [ACR_PULL, 'AcrPull'],
])

/** Roles that can hand out every right, themselves included. */
export const PRIVILEGED_ROLES: readonly string[] = [OWNER, RBAC_ADMINISTRATOR, USER_ACCESS_ADMINISTRATOR]

/** An Entra role, not an Azure one. Its template id is its definition id in every tenant. */
export const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'

/** The id of what users wrote, a GUID or the name of a built-in role; undefined for names that Azure has to be asked about. */
export function knownRoleId(role: string): string | undefined {
  return canonicalGuid(role) ?? [...BUILT_IN].find(([, name]) => name.toLowerCase() === role.toLowerCase())?.[0]
}

export function isBuiltIn(role: string): boolean {
  return BUILT_IN.has(knownRoleId(role) ?? '')
}

/** The name of a role by its id, as far as it is known; the id itself otherwise. */
export function roleName(id: string, further: ReadonlyMap<string, string> = new Map()): string {
  const found = [...further].find(([, known]) => known === id)?.[0]
  const name = found === undefined || canonicalGuid(found) !== undefined ? undefined : `${found} (${id})`
  return BUILT_IN.get(id) ?? name ?? `role ${id}`
}
