import type { Operation } from './inputs.ts'
import * as rule from './permission-rules.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'

/** Rights that the connector gets, and where. */
export type Permissions =
  | { readonly scope: 'none' }
  | (Granted & { readonly scope: 'subscription' })
  | (Granted & { readonly scope: 'management-group'; readonly managementGroup: string })

type Granted = {
  readonly directoryReaders: boolean
  /** Adds Tag Contributor, which Apono needs to work around locks. */
  readonly disableLocks: boolean
  readonly constrainRoles: RoleConstraint
}

/** Which roles the connector may hand out; a list holds names or GUIDs as they were written. */
export type RoleConstraint = 'none' | 'privileged' | readonly string[]

/** The connector's identities. With user-assigned ones alone the first of them is the connector's principal. */
export type Identity =
  | { readonly type: 'SystemAssigned' }
  | { readonly type: 'UserAssigned' | 'SystemAssigned, UserAssigned'; readonly ids: readonly [string, ...string[]] }

/** A further grant; the role is a name or a GUID as it was written. */
export type ExtraGrant = { readonly role: string; readonly scope: string }

export type Grants = {
  readonly permissions: Permissions
  readonly identity: Identity
  readonly extraRoleAssignments: readonly ExtraGrant[]
}

/** The inputs about identity and rights, which have to fit together. */
export async function readGrants(read: InputReader, operation: Operation | undefined): Promise<Unchecked<Grants>> {
  return {
    // What is taken away takes no choice.
    permissions: operation === 'destroy' ? { scope: 'none' } : readPermissions(read),
    identity: readIdentity(read),
    extraRoleAssignments: await readExtras(read),
  }
}

const NEEDS_PERMISSIONS = {
  wrong: 'says something about permissions that are not given.',
  allowed: 'nothing, with `permissions: none`',
  example: 'permissions: subscription',
}

function readPermissions(read: InputReader): Permissions | undefined {
  const scope = read.required('permissions', rule.permissions)
  const managementGroup = read.optional('management-group', rule.managementGroup)
  const directoryReaders = read.optional('directory-readers', trueOrFalse('directory-readers'))
  const disableLocks = read.required('disable-locks', trueOrFalse('disable-locks'))
  const constrainRoles = read.required('constrain-roles', rule.constrainRoles)

  if (scope !== 'management-group' && managementGroup !== undefined) {
    read.reject('management-group', {
      wrong: 'is set, but `permissions` is not `management-group`.',
      allowed: 'nothing with these permissions',
      example: 'permissions: management-group',
    })
  }
  if (scope === undefined || disableLocks === undefined || constrainRoles === undefined) return undefined
  if (scope === 'none') {
    if (directoryReaders === true) read.reject('directory-readers', NEEDS_PERMISSIONS)
    if (disableLocks) read.reject('disable-locks', NEEDS_PERMISSIONS)
    if (constrainRoles !== 'none') read.reject('constrain-roles', NEEDS_PERMISSIONS)
    return { scope }
  }
  const granted = { directoryReaders: directoryReaders ?? true, disableLocks, constrainRoles }
  if (scope === 'subscription') return { scope, ...granted }
  if (managementGroup !== undefined) return { scope, ...granted, managementGroup }
  read.require('management-group', rule.managementGroup)
  return undefined
}

function readIdentity(read: InputReader): Identity | undefined {
  const type = read.required('identity-type', rule.identityType)
  const ids = read.optional('identity-ids', rule.identityIds)
  if (type === 'SystemAssigned') {
    if (ids !== undefined)
      read.reject('identity-ids', {
        wrong: 'is set, but `identity-type` asks for no user-assigned identity.',
        allowed: 'nothing with a system-assigned identity',
        example: 'identity-type: UserAssigned',
      })
    return { type }
  }
  if (ids === undefined) read.require('identity-ids', rule.identityIds)
  const [first, ...others] = ids ?? []
  return type === undefined || first === undefined ? undefined : { type, ids: [first, ...others] }
}

/** YAML is read by a library that nobody else needs. */
async function readExtras(read: InputReader): Promise<readonly ExtraGrant[] | undefined> {
  if (!read.isSet('extra-role-assignments')) return []
  const { parse } = await import('yaml')
  return read.optional('extra-role-assignments', rule.extraRoleAssignments(parse))
}
