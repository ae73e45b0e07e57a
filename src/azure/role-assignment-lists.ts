import type { RoleAssignment } from '@azure/arm-authorization'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { scopesOutside } from '../spec/desired-grants.ts'
import { asking, bare, type Context, hasCode, isMissing } from './context.ts'
import { refusalFacts } from './errors.ts'
import { readable } from './role-assignment-arm.ts'
import { listed } from './understood.ts'

/** What was found, and where nobody was allowed to look. */
export type FoundAssignments = { readonly assignments: readonly RoleAssignment[]; readonly unread: readonly string[] }

/** The role assignments that a plan has to know of. */
export interface RoleAssignmentLists {
  /** Begins to read, since this waits for nothing else: not even for who the connector's principal is. */
  begin(): void
  /** All in, above and below the subscription, and those at the scopes of the inputs outside it, as of the last `begin`. */
  read(): Promise<FoundAssignments>
  readAt(scope: string, filter?: string): Promise<FoundAssignments>
}

export function roleAssignmentLists({ clients, inputs }: Context): RoleAssignmentLists {
  const { roleAssignments } = clients.authorization
  const ask = asking(inputs)
  const subscription = `/subscriptions/${inputs.subscriptionId}`
  let all: Promise<FoundAssignments> | undefined

  async function readAll(): Promise<FoundAssignments> {
    const found = await Promise.all([
      readAt(subscription),
      ...scopesOutside(inputs).map((scope) => readAt(scope, 'atScope()')),
    ])
    const byId = new Map(found.flatMap(({ assignments }) => assignments).map((one) => [one.id?.toLowerCase(), one]))
    return { assignments: [...byId.values()], unread: found.flatMap(({ unread }) => unread) }
  }

  async function readAt(scope: string, filter?: string): Promise<FoundAssignments> {
    try {
      const pages = roleAssignments.listForScope(bare(scope), filter === undefined ? {} : { filter })
      return { assignments: (await listed('a list of role assignments', pages)).map(readable), unread: [] }
    } catch (error) {
      if (isElsewhere(error, scope, inputs)) throw scopeNotFound(scope, error)
      if (!hasCode(error, 'AuthorizationFailed', 'BadRequest'))
        throw ask.failure(error, `list the role assignments of ${scope}`)
      return { assignments: [], unread: [unreadable(scope, inputs)] }
    }
  }

  return {
    begin() {
      all = readAll()
      // Whoever reads hears of a failure.
      all.catch(() => undefined)
    },
    read: () => all ?? readAll(),
    readAt,
  }
}

function unreadable(scope: string, { permissions, extraRoleAssignments }: Inputs): string {
  const wantsNone = permissions.scope === 'none' && extraRoleAssignments.length === 0
  return wantsNone
    ? 'Whether grants of an earlier setting are left could not be looked up (no Microsoft.Authorization/roleAssignments/read).'
    : `The role assignments of ${scope} could not be read, as Microsoft.Authorization/roleAssignments/read is missing there. The plan takes it that there are none.`
}

/** The subscription of the inputs has words of its own when it cannot be found. */
function isElsewhere(error: unknown, scope: string, { subscriptionId }: Inputs): boolean {
  return isMissing(error) && scope.toLowerCase() !== `/subscriptions/${subscriptionId}`
}

export function scopeNotFound(scope: string, cause: unknown): DeployError {
  return new DeployError(
    'scope-not-found',
    `There is no ${scope} in this tenant, as far as the workflow's identity can see.`,
    {
      hint: [
        'Check the scopes in `extra-role-assignments` and `management-group`, which takes the id and not the display name:',
        '  az account management-group list --query "[].{id:name, displayName:displayName}" --output table',
      ].join('\n'),
      facts: refusalFacts(cause),
      cause,
    },
  )
}
