import { PRIVILEGED_ROLES } from './roles.ts'

/** What the connector may hand out: anything, anything but the privileged roles, or just these (GUIDs). */
export type RoleLimit =
  | { readonly to: 'all' }
  | { readonly to: 'unprivileged' }
  | { readonly to: 'only'; readonly roles: readonly string[] }

/** Azure takes conditions of up to 8 KB: https://learn.microsoft.com/azure/role-based-access-control/conditions-format */
export const LONGEST_CONDITION = 8 * 1024

const ROLE = 'Microsoft.Authorization/roleAssignments:RoleDefinitionId'

/**
 * The ABAC condition on the connector's User Access Administrator, in version 2.0. Writing is judged by the request, deleting by
 * what is there; without the second block deleting would be unlimited.
 * https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
 */
export function conditionFor(limit: RoleLimit): string | null {
  switch (limit.to) {
    case 'all':
      return null
    case 'unprivileged':
      return blocks(`ForAnyOfAllValues:GuidNotEquals {${PRIVILEGED_ROLES.join(', ')}}`)
    case 'only':
      return blocks(`ForAnyOfAnyValues:GuidEquals {${[...limit.roles].sort().join(', ')}}`)
  }
}

function blocks(comparison: string): string {
  return `(${block('write', '@Request', comparison)} AND ${block('delete', '@Resource', comparison)})`
}

function block(action: string, source: string, comparison: string): string {
  return `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR (${source}[${ROLE}] ${comparison}))`
}

/** Conditions that differ in blanks only, outside quotes, say the same. Written as Microsoft's examples write them. */
export function settledCondition(condition: string | null | undefined): string | null {
  if (!condition) return null
  const parts = condition.split(/('[^']*')/)
  return parts
    .map((part, index) => (index % 2 === 1 ? part : settledBlanks(part)))
    .join('')
    .trim()
}

function settledBlanks(part: string): string {
  return part
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([({]) /g, '$1')
    .replaceAll(/ ([)}])/g, '$1')
    .replaceAll(/ ?, ?/g, ', ')
    .replaceAll(/ ?\{/g, ' {')
    .replaceAll('ActionMatches {', 'ActionMatches{')
    .replaceAll(/\) ?(AND|OR) ?\(/g, ') $1 (')
}
