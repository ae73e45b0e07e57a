import { canonicalGuid } from './guid.ts'

/**
 * Built-in roles by name, in lower case: the same ids in every tenant.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  owner: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  'user access administrator': '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
  'role based access control administrator': 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  'tag contributor': '4a9ae827-6dc8-4573-8ac7-8239d42aa03f',
  'key vault secrets user': '4633458b-17de-408a-b874-0445c86b69e6',
}

export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
export const TAG_CONTRIBUTOR = '4a9ae827-6dc8-4573-8ac7-8239d42aa03f'

/** Roles that can hand out every right, themselves included. */
export const PRIVILEGED_ROLES: readonly string[] = [
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
  'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
  USER_ACCESS_ADMINISTRATOR,
]

/** An Entra role, not an Azure one. Its template id is its definition id in every tenant. */
export const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'

/** Ids by what users wrote, GUID or name; undefined for names that Azure has to be asked about. */
export function knownRoleId(role: string): string | undefined {
  return canonicalGuid(role) ?? BUILT_IN_ROLES[role.toLowerCase()]
}

/** The name of a built-in role, or its id. */
export function roleName(id: string): string {
  const name = Object.entries(BUILT_IN_ROLES).find(([, known]) => known === id)?.[0]
  return name === undefined ? `role ${id}` : name.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase())
}
