import type { RoleAssignment } from '@azure/arm-authorization'
import { isRestError } from '@azure/core-rest-pipeline'
import { DeployError } from '../errors.ts'
import { scopeOf } from '../spec/desired-grants.ts'
import { type Asking, asking, bare, hasCode } from './asking.ts'

/** What was found, and where nobody was allowed to look. */
export type FoundAssignments = { readonly assignments: readonly RoleAssignment[]; readonly unread: readonly string[] }

/** The role assignments that a plan has to know of. */
export interface RoleAssignmentLists {
  /**
   * All in, above and below the subscription, and those at the scopes of the inputs outside it. It waits for nothing else, the
   * connector's principal included, and is asked once however often it is called.
   */
  read(): Promise<FoundAssignments>
  readAt(scope: string, filter?: string): Promise<FoundAssignments>
}

export function roleAssignmentLists({ clients, inputs }: Asking): RoleAssignmentLists {
  const { roleAssignments } = clients.authorization
  const ask = asking(inputs)
  const subscription = `/subscriptions/${inputs.subscriptionId}`
  let all: Promise<FoundAssignments> | undefined

  async function readAll(): Promise<FoundAssignments> {
    const found = await Promise.all([
      readAt(subscription),
      ...scopesOutside().map((scope) => readAt(scope, 'atScope()')),
    ])
    const byId = new Map(found.flatMap(({ assignments }) => assignments).map((one) => [one.id?.toLowerCase(), one]))
    return { assignments: [...byId.values()], unread: found.flatMap(({ unread }) => unread) }
  }

  function scopesOutside(): string[] {
    const wanted = [scopeOf(inputs), ...inputs.extraRoleAssignments.map(({ scope }) => scope)]
    const outside = wanted.filter((scope) => !`${scope}/`.toLowerCase().startsWith(`${subscription}/`))
    return [...new Map(outside.map((scope) => [scope.toLowerCase(), scope])).values()]
  }

  async function readAt(scope: string, filter?: string): Promise<FoundAssignments> {
    try {
      const assignments: RoleAssignment[] = []
      const pages = roleAssignments.listForScope(bare(scope), filter === undefined ? {} : { filter })
      for await (const assignment of pages) assignments.push(assignment)
      return { assignments, unread: [] }
    } catch (error) {
      if (isElsewhere(error, scope)) throw scopeNotFound(scope, error)
      if (!hasCode(error, 'AuthorizationFailed', 'BadRequest'))
        throw ask.failure(error, `list the role assignments of ${scope}`)
      return { assignments: [], unread: [unreadable(scope)] }
    }
  }

  return {
    read() {
      all ??= readAll()
      return all
    },
    readAt,
  }
}

function unreadable(scope: string): string {
  return `The role assignments of ${scope} could not be read, as Microsoft.Authorization/roleAssignments/read is missing there. The plan takes it that there are none.`
}

/** The subscription of the inputs has words of its own when it cannot be found. */
function isElsewhere(error: unknown, scope: string): boolean {
  return isRestError(error) && error.statusCode === 404 && !/^\/subscriptions\/[^/]+$/i.test(scope)
}

function scopeNotFound(scope: string, cause: unknown): DeployError {
  return new DeployError(
    'scope-not-found',
    `There is no ${scope} in this tenant, as far as the workflow's identity can see.`,
    {
      hint: [
        'Check the scopes in `extra-role-assignments` and `management-group`, which takes the id and not the display name:',
        '  az account management-group list --query "[].{id:name, displayName:displayName}" --output table',
      ].join('\n'),
      cause,
    },
  )
}
