/** A built-in directory role. For these the id is also the template's: it is the same in every tenant. */
export type DirectoryRole = { readonly id: string; readonly displayName: string; readonly description: string }

/** A few of https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference */
export const DIRECTORY_ROLES: readonly DirectoryRole[] = [
  {
    id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
    displayName: 'Directory Readers',
    description: 'Reads basic information of the directory. Meant for applications and guests.',
  },
  {
    id: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451',
    displayName: 'Global Reader',
    description: 'Reads everything that a Global Administrator can, and changes nothing.',
  },
  {
    id: '62e90394-69f5-4237-9190-012177145e10',
    displayName: 'Global Administrator',
    description: 'Manages all of the directory and of the services that use its identities.',
  },
  {
    id: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
    displayName: 'Privileged Role Administrator',
    description: 'Manages assignments of directory roles.',
  },
  {
    id: 'fdd7a751-b60b-444a-984c-02652fe8fa1c',
    displayName: 'Groups Administrator',
    description: 'Manages groups and their settings.',
  },
]

export function findDirectoryRole(id: string): DirectoryRole | undefined {
  return DIRECTORY_ROLES.find((role) => role.id === id.toLowerCase())
}
