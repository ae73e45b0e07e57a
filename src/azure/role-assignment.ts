import type { RoleAssignment as ArmAssignment } from '@azure/arm-authorization'
import type { Adapter, Observation, Rules, Target } from '../engine/adapter.ts'
import { type Actual, type ActualSet, addressOf, type Ownership } from '../engine/resource.ts'
import { grantAddress, markOf } from '../spec/desired-grants.ts'
import type { RoleAssignment } from '../spec/resources.ts'
import { roleName } from '../spec/roles.ts'
import { type Asking, asking, bare, hasCode } from './asking.ts'
import { principalIn } from './principal.ts'
import { retrying } from './retry.ts'
import { assignmentName, fromArm, toArm } from './role-assignment-arm.ts'
import type { RoleAssignmentLists } from './role-assignment-lists.ts'

/** Condition and description change in place, the rest makes another grant. https://learn.microsoft.com/rest/api/authorization/role-assignments/create */
const rules: Rules = {
  impactOf: ([first = '']) => (first === 'condition' || first === 'description' ? 'none' : 'replace'),
  knownAfterApply: [],
}

export function roleAssignmentAdapter(context: Asking, lists: RoleAssignmentLists): Adapter<RoleAssignment> {
  const { inputs, clients, deadline } = context
  const { roleAssignments } = clients.authorization
  const ask = asking(inputs)
  const mark = markOf(inputs)

  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<RoleAssignment>> {
    const wanted = sought.filter(isRoleAssignment)
    const principal = principalIn(wanted, known)
    const { assignments, unread } = await lists.read()
    const actual = assignments.flatMap((assignment) => actualOf(assignment, wanted, principal) ?? [])
    return { actual: new Map(actual.map((one) => [one.resource.address, one])), unread }
  }

  /** Wanted ones under their own address; ours that nobody wants, and what else the principal holds, under their name. */
  function actualOf(
    assignment: ArmAssignment,
    wanted: readonly RoleAssignment[],
    principal: string | undefined,
  ): Actual<RoleAssignment> | undefined {
    const properties = fromArm(assignment)
    const address = grantAddress(properties.role, properties.scope)
    const isOurs = properties.description === mark
    const isPrincipals = properties.principal === principal
    const match = isPrincipals ? wanted.find((one) => one.address === address) : undefined
    if (match !== undefined) return matched(assignment, match)
    if (!isOurs && !isPrincipals) return undefined
    return {
      ...known(assignment),
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
    return { ...known(assignment), resource, ownership }
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
      awaited: 'Azure to know the new identity',
      deadline,
      progress,
    })
    return matched(assignment, after)
  }

  async function existing(after: RoleAssignment): Promise<Actual<RoleAssignment> | undefined> {
    const { scope, role, principal } = after.properties
    const { assignments } = await lists.readAt(scope, `principalId eq '${principal}'`)
    const same = assignments.find(
      (one) => grantAddress(fromArm(one).role, fromArm(one).scope) === grantAddress(role, scope),
    )
    return same && matched(same, after)
  }

  return {
    rules,
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
          return there
        }
      })
    },
    update: (before, after, _paths, progress) =>
      ask(`change the grant ${after.name}`, () => put(after, before.armId.split('/').at(-1) ?? '', progress)),
    delete: (before) =>
      ask(`remove the grant ${before.resource.name}`, async () => {
        await roleAssignments.deleteById(bare(before.armId))
      }),
    settle: async (before) => before,
  }
}

function known({ id = '' }: ArmAssignment): Pick<Actual<RoleAssignment>, 'armId' | 'condition' | 'attributes'> {
  return { armId: id, condition: { is: 'ready' }, attributes: { 'role-assignment-id': id } }
}

function ownershipOf(description: string | null, mark: string): Ownership {
  if (description === mark) return { by: 'us' }
  const isAnothers = description?.includes('kept by azure-connector-action for') === true
  return isAnothers ? { by: 'other', description: description ?? '' } : { by: 'nobody' }
}

function isRoleAssignment(target: Target): target is RoleAssignment {
  return 'kind' in target && target.kind === 'role-assignment'
}
