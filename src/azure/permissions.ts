import { field, list, text } from '../json.ts'

/** What one role assignment lets somebody do. */
export type Permission = { readonly actions: readonly string[]; readonly notActions: readonly string[] }

/** The reply of the permissions API; entries of another form allow nothing. */
export function parsePermissions(body: unknown): Permission[] {
  const texts = (value: unknown) => list(value).flatMap((item) => text(item) ?? [])
  return list(field(body, 'value')).map((entry) => ({
    actions: texts(field(entry, 'actions')),
    notActions: texts(field(entry, 'notActions')),
  }))
}

/**
 * Rights add up over the entries, and what one entry leaves out another may give.
 * https://learn.microsoft.com/azure/role-based-access-control/role-definitions#actions
 */
export function allows(permissions: readonly Permission[], action: string): boolean {
  return permissions.some(
    ({ actions, notActions }) => actions.some(matches(action)) && !notActions.some(matches(action)),
  )
}

function matches(action: string): (pattern: string) => boolean {
  return (pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
    return new RegExp(`^${parts.join('.*')}$`, 'i').test(action)
  }
}
