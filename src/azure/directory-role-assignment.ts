import type { Adapter, Observation, Progress, Rules, Target } from '../engine/adapter.ts'
import { type Actual, type ActualSet, type Address, addressOf, type Ownership } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { DirectoryRoleAssignment } from '../spec/resources.ts'
import { DIRECTORY_READERS } from '../spec/roles.ts'
import type { Context } from './context.ts'
import { holdersIn, ownershipOfLeftover } from './directory-role-holders.ts'
import { type DirectoryGrant, graphError, isDuplicate, isGraphStatus } from './graph.ts'
import { principalOf } from './principal.ts'
import { OUTAGE_PAUSES, REPLICATION_PAUSES, retrying } from './retry.ts'

const rules: Rules = { impactOf: () => 'replace', knownAfterApply: [] }

/** Directory Readers for the connector, through Microsoft Graph. Without a mark of its own: the group's tag says that it is ours. */
export function directoryRoleAdapter(context: Context): Adapter<DirectoryRoleAssignment> {
  const { graph } = context.clients
  const { inputs, patience } = context
  const failure = (error: unknown, doing: string) => graphError(error, doing, inputs.clientId)

  /** Graph is asked only where the answer can matter: the role is wanted, or was given by us before. */
  async function observe(sought: readonly Target[], known: ActualSet): Promise<Observation<DirectoryRoleAssignment>> {
    const held = holdersIn(known)
    const wanted = sought.filter(isDirectoryRole).map((one): Place => {
      const principal = principalOf(one, known)
      const isHeld = principal !== undefined && held.includes(principal)
      return { address: one.address, principal, ownership: isHeld ? OURS : { by: 'nobody' } }
    })
    const unwanted = held.filter((principal) => wanted.every((one) => one.principal !== principal))
    const leftover = await Promise.all(unwanted.map((principal) => leftoverPlace(principal, known)))
    try {
      const found = await Promise.all([...wanted, ...leftover].map(find))
      return {
        actual: new Map(found.flatMap((one) => (one ? [[one.resource.address, one] as const] : []))),
        unread: [],
      }
    } catch (error) {
      if (!isGraphStatus(error, 403)) throw failure(error, 'read directory roles')
      // What we gave and cannot see any more is still to be taken back: only somebody who may can do that.
      const unseen = leftover.map((place) =>
        actualOf({ id: '', principal: place.principal, role: DIRECTORY_READERS }, place),
      )
      return { actual: new Map(unseen.map((one) => [one.resource.address, one])), unread: [UNREADABLE] }
    }
  }

  async function leftoverPlace(principal: string, known: ActualSet) {
    const address = addressOf('directory-role-assignment', principal)
    return { address, principal, ownership: await ownershipOfLeftover(principal, known, context) }
  }

  async function find(place: Place): Promise<Actual<DirectoryRoleAssignment> | undefined> {
    if (place.principal === undefined) return undefined
    const [grant] = await graph.grantsOf(place.principal, DIRECTORY_READERS)
    return grant && actualOf(grant, place)
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
      return actualOf(grant, { address: after.address, ownership: OURS })
    } catch (error) {
      if (!isDuplicate(error)) throw failure(error, `assign ${after.name}`)
      // It is there; a list may not show it for some seconds yet.
      const [grant] = await graph.grantsOf(principal, role).catch(() => [])
      return actualOf(grant ?? { id: '', principal, role }, { address: after.address, ownership: OURS })
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

type Place = { readonly address: Address; readonly principal: string | undefined; readonly ownership: Ownership }

const OURS: Ownership = { by: 'us' }

const UNREADABLE =
  'The directory roles of the connector could not be read, as RoleManagement.Read.Directory is missing. The plan takes it that there are none.'

function actualOf(
  { id, principal, role }: DirectoryGrant,
  { address, ownership }: Pick<Place, 'address' | 'ownership'>,
): Actual<DirectoryRoleAssignment> {
  const name = ownership.by === 'other' ? `Directory Readers (${ownership.description})` : 'Directory Readers'
  return {
    resource: { kind: 'directory-role-assignment', address, name, properties: { role, principal } },
    armId: id,
    ownership,
    health: { is: 'ready' },
    attributes: {},
  }
}

function isDirectoryRole(target: Target): target is DirectoryRoleAssignment {
  return 'kind' in target && target.kind === 'directory-role-assignment'
}
