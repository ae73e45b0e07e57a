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

// A star stands for anything, and for nothing between two slashes: Managed Identity Operator has such an action, and it covers
// the plain `userAssignedIdentities/assign/action`.
function matches(action: string): (pattern: string) => boolean {
  return (pattern) => {
    const expression = pattern
      .split('/*/')
      .map((part) => part.split('*').map(literal).join('.*'))
      .join('/(.*/)?')
    return new RegExp(`^${expression}$`, 'i').test(action)
  }
}

function literal(part: string): string {
  return part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
}
