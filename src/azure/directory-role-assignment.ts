import type { Adapter, Observation, Progress, Rules, Target } from '../engine/adapter.ts'
import { type Actual, type ActualSet, type Address, addressOf } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { DirectoryRoleAssignment } from '../spec/resources.ts'
import { DIRECTORY_READERS } from '../spec/roles.ts'
import { DIRECTORY_ROLE_TAG } from '../spec/tags.ts'
import type { Context } from './context.ts'
import { type DirectoryGrant, graphError, isDuplicate, isGraphStatus } from './graph.ts'
import { principalOf } from './principal.ts'
import { OUTAGE_PAUSES, REPLICATION_PAUSES, retrying } from './retry.ts'

const rules: Rules = { impactOf: () => 'replace', knownAfterApply: [] }

/** Directory Readers for the connector, through Microsoft Graph. Without a mark of its own: the group's tag says that it is ours. */
export function directoryRoleAdapter({
  clients: { graph },
  inputs,
  patience,
}: Context): Adapter<DirectoryRoleAssignment> {
  const failure = (error: unknown, doing: string) => graphError(error, doing, inputs.clientId)

  /** Graph is asked only where the answer can matter: the role is wanted, or was given by us before. */
  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<DirectoryRoleAssignment>> {
    const wanted = sought
      .filter(isDirectoryRole)
      .map((one) => ({ address: one.address, principal: principalOf(one, known) }))
    const held = holdersIn(known).map((principal) => ({
      address: addressOf('directory-role-assignment', principal),
      principal,
    }))
    const leftover = held.filter(({ principal }) => wanted.every((one) => one.principal !== principal))
    try {
      const found = await Promise.all([...wanted, ...leftover].map((place) => find(place, held)))
      return {
        actual: new Map(found.flatMap((one) => (one ? [[one.resource.address, one] as const] : []))),
        unread: [],
      }
    } catch (error) {
      if (!isGraphStatus(error, 403)) throw failure(error, 'read directory roles')
      // What we gave and cannot see any more is still to be taken back: only somebody who may can do that.
      const unseen = leftover.map(({ address, principal }) =>
        actualOf({ id: '', principal, role: DIRECTORY_READERS }, address, true),
      )
      return { actual: new Map(unseen.map((one) => [one.resource.address, one])), unread: [UNREADABLE] }
    }
  }

  async function find(
    { address, principal }: Place,
    held: readonly Place[],
  ): Promise<Actual<DirectoryRoleAssignment> | undefined> {
    if (principal === undefined) return undefined
    const [grant] = await graph.grantsOf(principal, DIRECTORY_READERS)
    return (
      grant &&
      actualOf(
        grant,
        address,
        held.some((place) => place.principal === principal),
      )
    )
  }

  async function create(after: DirectoryRoleAssignment, progress: Progress): Promise<Actual<DirectoryRoleAssignment>> {
    const principal = String(after.properties.principal)
    const { role } = after.properties
    try {
      const grant = await retrying(() => grantOnce(principal, role, progress), {
        passing: (error) => isGraphStatus(error, 404),
        pauses: REPLICATION_PAUSES,
        awaited: 'Entra to know the new identity',
        patience,
        progress,
      })
      return actualOf(grant, after.address, true)
    } catch (error) {
      if (!isDuplicate(error)) throw failure(error, `assign ${after.name}`)
      // It is there; a list may not show it for some seconds yet.
      const [grant] = await graph.grantsOf(principal, role).catch(() => [])
      return actualOf(grant ?? { id: '', principal, role }, after.address, true)
    }
  }

  /** A POST without an answer may have done its work, so it is looked before there is another. */
  async function grantOnce(principal: string, role: string, progress: Progress): Promise<DirectoryGrant> {
    let tried = false
    const attempt = async () => {
      const [there] = tried ? await graph.grantsOf(principal, role) : []
      tried = true
      return there ?? graph.grant(principal, role)
    }
    return retrying(attempt, {
      passing: (error) => error instanceof DeployError && error.code === 'unreachable',
      pauses: OUTAGE_PAUSES,
      awaited: 'Microsoft Graph to answer',
      patience,
      progress,
    })
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
        const { principal, role } = before.resource.properties
        const ids =
          before.armId === '' ? (await graph.grantsOf(String(principal), role)).map(({ id }) => id) : [before.armId]
        await Promise.all(ids.map((id) => graph.revoke(id)))
      } catch (error) {
        if (!isGraphStatus(error, 404)) throw failure(error, `remove ${before.resource.name}`)
      }
    },
    settle: async (before) => before,
  }
}

type Place = { readonly address: Address; readonly principal: string | undefined }

const UNREADABLE =
  'The directory roles of the connector could not be read, as RoleManagement.Read.Directory is missing. The plan takes it that there are none.'

function actualOf(
  { id, principal, role }: DirectoryGrant,
  address: Address,
  ours: boolean,
): Actual<DirectoryRoleAssignment> {
  return {
    resource: {
      kind: 'directory-role-assignment',
      address,
      name: 'Directory Readers',
      properties: { role, principal },
    },
    armId: id,
    ownership: ours ? { by: 'us' } : { by: 'nobody' },
    health: { is: 'ready' },
    attributes: {},
  }
}

/** Principals of the groups whose tag says that we gave them the role. */
function holdersIn(known: ActualSet): string[] {
  const tagged = [...known.values()].filter(({ resource: { properties } }) => {
    const { tags } = properties
    return typeof tags === 'object' && tags !== null && DIRECTORY_ROLE_TAG in tags
  })
  return [...new Set(tagged.flatMap(({ attributes }) => attributes['principal-id'] ?? []))]
}

function isDirectoryRole(target: Target): target is DirectoryRoleAssignment {
  return 'kind' in target && target.kind === 'directory-role-assignment'
}
