import type { Adapter, Observation, Progress, Rules, Target } from '../engine/adapter.ts'
import { type Actual, type ActualSet, addressOf } from '../engine/resource.ts'
import { directoryReadersAddress } from '../spec/desired-grants.ts'
import type { DirectoryRoleAssignment } from '../spec/resources.ts'
import { DIRECTORY_READERS } from '../spec/roles.ts'
import { DIRECTORY_ROLE_TAG } from '../spec/tags.ts'
import type { Asking } from './asking.ts'
import { type DirectoryGrant, graphError, isDuplicate, isGraphStatus } from './graph.ts'
import { principalIn } from './principal.ts'
import { retrying } from './retry.ts'

const rules: Rules = { impactOf: () => 'replace', knownAfterApply: [] }

/** Directory Readers for the connector, through Microsoft Graph. Without a mark of its own: the group's tag says that it is ours. */
export function directoryRoleAdapter({
  clients: { graph },
  inputs,
  deadline,
}: Asking): Adapter<DirectoryRoleAssignment> {
  const failure = (error: unknown, doing: string) => graphError(error, doing, inputs.clientId)

  /** Graph is asked only where the answer can matter: the role is wanted, or was given by us before. */
  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<DirectoryRoleAssignment>> {
    const principal = principalIn(sought.filter(isDirectoryRole), known)
    if (principal === undefined || (sought.length === 0 && !wasGranted(known))) return NOTHING
    try {
      const [grant] = await graph.grantsOf(principal, DIRECTORY_READERS)
      const actual = grant && actualOf(grant, wasGranted(known))
      return { actual: new Map(actual ? [[actual.resource.address, actual]] : []), unread: [] }
    } catch (error) {
      if (!isGraphStatus(error, 403)) throw failure(error, 'read directory roles')
      return {
        ...NOTHING,
        unread: ['The directory roles of the connector could not be read (RoleManagement.Read.Directory is missing).'],
      }
    }
  }

  async function create(after: DirectoryRoleAssignment, progress: Progress): Promise<Actual<DirectoryRoleAssignment>> {
    const principal = String(after.properties.principal)
    const { role } = after.properties
    try {
      const grant = await retrying(() => graph.grant(principal, role), {
        passing: (error) => isGraphStatus(error, 404),
        awaited: 'Entra to know the new identity',
        deadline,
        progress,
      })
      return actualOf(grant, true)
    } catch (error) {
      if (!isDuplicate(error)) throw failure(error, `assign ${after.name}`)
      // It is there; a list may not show it for some seconds yet.
      const [grant] = await graph.grantsOf(principal, role)
      return actualOf(grant ?? { id: '', principal, role }, true)
    }
  }

  return {
    rules,
    observe,
    create,
    async update() {
      throw new Error('nothing of a directory role changes in place')
    },
    async delete(before) {
      try {
        await graph.revoke(before.armId)
      } catch (error) {
        if (!isGraphStatus(error, 404)) throw failure(error, `remove ${before.resource.name}`)
      }
    },
    settle: async (before) => before,
  }
}

const NOTHING: Observation<never> = { actual: new Map(), unread: [] }

function actualOf({ id, principal, role }: DirectoryGrant, ours: boolean): Actual<DirectoryRoleAssignment> {
  return {
    resource: {
      kind: 'directory-role-assignment',
      address: directoryReadersAddress,
      name: 'Directory Readers',
      properties: { role, principal },
    },
    armId: id,
    ownership: ours ? { by: 'us' } : { by: 'nobody' },
    condition: { is: 'ready' },
    attributes: {},
  }
}

function wasGranted(known: ActualSet): boolean {
  const tags = known.get(addressOf('container-group', 0))?.resource.properties.tags
  return typeof tags === 'object' && tags !== null && DIRECTORY_ROLE_TAG in tags
}

function isDirectoryRole(target: Target): target is DirectoryRoleAssignment {
  return 'kind' in target && target.kind === 'directory-role-assignment'
}
