import { armError } from '../arm-error.ts'
import { selfAndGroups } from '../principals.ts'
import { contains } from '../scopes.ts'
import type { World } from '../world.ts'
import type { Assignment } from './assignment.ts'

type Clause =
  | { readonly kind: 'at-scope' }
  | { readonly kind: 'principal' | 'assigned-to'; readonly principalId: string }

/**
 * The assignments a list shows: those at the scope and above it, and unless the filter says `atScope()` those below:
 * https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export function filtered(
  world: World,
  assignments: readonly Assignment[],
  scope: string,
  filter: string,
): Assignment[] {
  const clauses = clausesOf(filter)
  const atScope = clauses.some(({ kind }) => kind === 'at-scope')
  const holders = holdersOf(world, clauses)
  return assignments.filter(
    (assignment) =>
      (contains(world, assignment.scope, scope) || (!atScope && contains(world, scope, assignment.scope))) &&
      (holders === undefined || holders.has(assignment.principalId.toLowerCase())),
  )
}

function holdersOf(world: World, clauses: readonly Clause[]): ReadonlySet<string> | undefined {
  const clause = clauses.find((each) => each.kind !== 'at-scope')
  if (clause === undefined) return undefined
  const { kind, principalId } = clause
  return kind === 'principal' ? new Set([principalId.toLowerCase()]) : selfAndGroups(world, principalId)
}

function clausesOf(filter: string): Clause[] {
  if (filter.trim() === '') return []
  const clauses = filter.trim().split(/\s+and\s+/i)
  const parsed = clauses.map((clause) => clauseOf(clause) ?? unsupported(filter))
  const aboutPrincipals = parsed.filter(({ kind }) => kind !== 'at-scope')
  return aboutPrincipals.length > 1 ? unsupported(filter) : parsed
}

function clauseOf(text: string): Clause | undefined {
  if (/^atScope\(\s*\)$/i.test(text)) return { kind: 'at-scope' }
  const principal = /^principalId\s+eq\s+'([^']+)'$/i.exec(text)?.[1]
  if (principal !== undefined) return { kind: 'principal', principalId: principal }
  const assignee = /^assignedTo\(\s*'([^']+)'\s*\)$/i.exec(text)?.[1]
  return assignee === undefined ? undefined : { kind: 'assigned-to', principalId: assignee }
}

function unsupported(filter: string): never {
  throw armError(400, 'UnsupportedFilter', `The filter '${filter}' is not supported for role assignments.`)
}
