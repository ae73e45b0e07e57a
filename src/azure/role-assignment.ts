import type { RoleAssignment as ArmAssignment } from '@azure/arm-authorization'
import type { Adapter, Observation, Rules, Target } from '../engine/adapter.ts'
import { diff } from '../engine/diff.ts'
import { type Actual, type ActualSet, addressOf, type Ownership } from '../engine/resource.ts'
import { markOf, scopesOutside } from '../spec/desired-grants.ts'
import type { RoleAssignment, RoleAssignmentProperties } from '../spec/resources.ts'
import { roleName } from '../spec/roles.ts'
import { GRANT_SCOPES_TAG } from '../spec/tags.ts'
import { asking, bare, type Context, hasCode } from './context.ts'
import { principalOf, principalsIn } from './principal.ts'
import { REPLICATION_PAUSES, retrying } from './retry.ts'
import { assignmentName, fromArm, readable, toArm } from './role-assignment-arm.ts'
import type { FoundAssignments, RoleAssignmentLists } from './role-assignment-lists.ts'

/** Condition and description change in place, the rest makes another grant. https://learn.microsoft.com/rest/api/authorization/role-assignments/create */
export const roleAssignmentRules: Rules = {
  impactOf: ({ path: [first = ''] }) => (first === 'condition' || first === 'description' ? 'none' : 'replace'),
  knownAfterApply: [],
}

export function roleAssignmentAdapter(context: Context, lists: RoleAssignmentLists): Adapter<RoleAssignment> {
  const { inputs, clients, patience, granted } = context
  const { roleAssignments } = clients.authorization
  const ask = asking(inputs)
  const mark = markOf(inputs)

  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<RoleAssignment>> {
    const wanted = sought.filter(isRoleAssignment)
    const principals = new Set([...principalsIn(known), ...wanted.flatMap((one) => principalOf(one, known) ?? [])])
    const [listed, former] = await Promise.all([lists.read(), readFormer(known)])
    const both = [...listed.assignments, ...former.assignments]
    const assignments = [...new Map(both.map((one) => [one.id?.toLowerCase(), one])).values()]
    const unread = [...listed.unread, ...former.unread]
    const actual = assignments.flatMap((assignment) => {
      const match = wanted.find((one) => isSame(fromArm(assignment), one, principalOf(one, known)))
      return match === undefined ? (unwanted(assignment, principals) ?? []) : [matched(assignment, match)]
    })
    return { actual: new Map(actual.map((one) => [one.resource.address, one])), unread }
  }

  /** Scopes that the inputs no longer name, but the groups remember. */
  async function readFormer(known: ActualSet): Promise<FoundAssignments> {
    const now = new Set(scopesOutside(inputs).map((scope) => scope.toLowerCase()))
    const former = formerScopes(known).filter((scope) => !now.has(scope.toLowerCase()))
    const found = await Promise.all(former.map(readFormerAt))
    return {
      assignments: found.flatMap(({ assignments }) => assignments),
      unread: found.flatMap(({ unread }) => unread),
    }
  }

  async function readFormerAt(scope: string): Promise<FoundAssignments> {
    const closed = {
      assignments: [],
      unread: [`Something was granted at ${scope} before, which can no longer be read. A grant may be left there.`],
    }
    try {
      const found = await lists.readAt(scope, scope.startsWith('/subscriptions/') ? undefined : 'atScope()')
      return found.unread.length > 0 ? closed : found
    } catch {
      return closed
    }
  }

  /** Ours that nobody wants any more, and what else the connector holds, under their own name. */
  function unwanted(assignment: ArmAssignment, principals: ReadonlySet<string>): Actual<RoleAssignment> | undefined {
    const properties = fromArm(assignment)
    const isOurs = properties.description === mark
    if (!isOurs && !principals.has(String(properties.principal))) return undefined
    return {
      ...factsOf(assignment),
      resource: {
        kind: 'role-assignment',
        address: addressOf('role-assignment', assignment.name ?? ''),
        name: `${roleName(properties.role)} on ${properties.scope}`,
        properties,
      },
      ownership: isOurs ? { by: 'us' } : { by: 'other', description: 'somebody else granted it' },
    }
  }

  /** Somebody else's mark stays: one identity may serve two connectors. */
  function matched(
    assignment: ArmAssignment,
    { address, name, properties: wanted, kind }: RoleAssignment,
  ): Actual<RoleAssignment> {
    const properties = fromArm(assignment)
    const ownership = ownershipOf(properties.description, mark)
    const description = ownership.by === 'other' ? wanted.description : properties.description
    const resource = { kind, address, name, properties: { ...properties, scope: wanted.scope, description } }
    return { ...factsOf(assignment), resource, ownership }
  }

  async function put(
    after: RoleAssignment,
    name: string,
    progress: (line: string) => void,
  ): Promise<Actual<RoleAssignment>> {
    const { scope, principal } = after.properties
    const call = () => roleAssignments.create(bare(scope), name, toArm(after.properties, String(principal)))
    const assignment = await retrying(call, {
      passing: (error) => hasCode(error, 'PrincipalNotFound'),
      pauses: REPLICATION_PAUSES,
      awaited: 'Azure to know the new identity',
      patience,
      progress,
    })
    granted.add(scope)
    return matched(readable(assignment), after)
  }

  async function existing(after: RoleAssignment): Promise<Actual<RoleAssignment> | undefined> {
    const principal = String(after.properties.principal)
    const { assignments } = await lists.readAt(after.properties.scope, `principalId eq '${principal}'`)
    const same = assignments.find((one) => isSame(fromArm(one), after, principal))
    return same && matched(same, after)
  }

  return {
    rules: roleAssignmentRules,
    observe,
    create(after, progress) {
      const { scope, role, principal } = after.properties
      return ask(`grant ${after.name}`, async () => {
        try {
          return await put(after, assignmentName(scope, String(principal), role), progress)
        } catch (error) {
          // Somebody was faster, or it was not to be seen before: what is wanted is there.
          const there = hasCode(error, 'RoleAssignmentExists') ? await existing(after) : undefined
          if (there === undefined) throw error
          const isEqual = diff(there.resource.properties, after.properties).length === 0
          if (!isEqual && there.ownership.by === 'other') throw error
          return isEqual ? there : put(after, nameOf(there), progress)
        }
      })
    },
    update: (before, after, _paths, progress) =>
      ask(`change the grant ${after.name}`, () => put(after, nameOf(before), progress)),
    delete: (before) =>
      ask(`remove the grant ${before.resource.name}`, async () => {
        await roleAssignments.deleteById(bare(before.armId))
      }),
    settle: async (before) => before,
  }
}

function formerScopes(known: ActualSet): string[] {
  const remembered = [...known.values()].flatMap(({ resource: { properties } }) => {
    const { tags } = properties
    const scopes =
      typeof tags === 'object' && tags !== null && GRANT_SCOPES_TAG in tags ? tags[GRANT_SCOPES_TAG] : undefined
    return typeof scopes === 'string' ? scopes.split(' ') : []
  })
  return [...new Set(remembered)]
}

function nameOf({ armId }: Actual): string {
  return armId.split('/').at(-1) ?? ''
}

/** Scope, role and principal make a grant; its name does not. */
function isSame(
  found: RoleAssignmentProperties,
  { properties }: RoleAssignment,
  principal: string | undefined,
): boolean {
  return (
    found.principal === principal?.toLowerCase() &&
    found.role === properties.role &&
    found.scope.toLowerCase() === properties.scope.toLowerCase()
  )
}

function factsOf({ id = '' }: ArmAssignment): Pick<Actual<RoleAssignment>, 'armId' | 'health' | 'attributes'> {
  return { armId: id, health: { is: 'ready' }, attributes: {} }
}

function ownershipOf(description: string | null, mark: string): Ownership {
  if (description === mark) return { by: 'us' }
  const isAnothers = description?.includes('kept by azure-connector-action for') === true
  return isAnothers ? { by: 'other', description: description ?? '' } : { by: 'nobody' }
}

function isRoleAssignment(target: Target): target is RoleAssignment {
  return 'kind' in target && target.kind === 'role-assignment'
}
