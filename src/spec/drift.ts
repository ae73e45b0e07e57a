import type { Change, Plan } from '../engine/plan.ts'
import { waitsFor } from '../engine/reference.ts'
import type { ActualSet, Address } from '../engine/resource.ts'
import { strangersIn } from './adoption.ts'
import { type Cause, causeOf, memoryOf } from './drift-causes.ts'
import type { AzureResource } from './resources.ts'

export type Judgement = { readonly change: Change<AzureResource>; readonly cause: Cause }

/** A plan nobody applies, told apart by cause. */
export type Drift = {
  readonly judgements: readonly Judgement[]
  /** Groups that run this connector beside ours. */
  readonly strangers: readonly string[]
}

/** Pure. Without a record of the last apply every difference counts as drift: somebody took the record away, or we never were here. */
export function judge(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>): Drift {
  const memory = memoryOf(plan, actual)
  const changes = plan.changes.filter(({ action }) => action !== 'no-op')
  const causes = new Map(changes.map((change) => [change.address, causeOf(change, memory)]))
  const judgements = changes.map((change) => ({ change, cause: withItsGroup(change, changes, causes) }))
  return { judgements, strangers: strangersIn(plan, actual).map(({ resource }) => resource.name) }
}

/** A grant that comes, goes or moves because its group does is the doing of whoever is behind that. */
function withItsGroup(
  change: Change<AzureResource>,
  changes: readonly Change<AzureResource>[],
  causes: ReadonlyMap<Address, Cause>,
): Cause {
  const own = causes.get(change.address) ?? 'drift'
  if (own === 'pending') return own
  const group = changes.find(
    (other) => other.kind === 'container-group' && other.action !== 'update' && belongs(change, other),
  )
  const cause = group && causes.get(group.address)
  if (group?.action === 'replace' && cause === 'pending' && isMoreThanMoved(change)) return 'both'
  return cause ?? own
}

/** A grant that a replace moves was there before, and stays what it is but for its principal. */
function isMoreThanMoved(change: Change<AzureResource>): boolean {
  if (change.action === 'create') return true
  return 'properties' in change && change.properties.some(({ path: [name] }) => name !== 'principal')
}

function belongs(grant: Change<AzureResource>, group: Change<AzureResource>): boolean {
  if (grant.kind === 'container-group') return false
  if ('after' in grant && waitsFor(grant.after).includes(group.address)) return true
  if (!('before' in grant) || !('before' in group)) return false
  const { properties } = grant.before.resource
  return 'principal' in properties && properties.principal === group.before.attributes['principal-id']
}

export function isDrifted({ judgements, strangers }: Drift): boolean {
  return strangers.length > 0 || judgements.some(({ cause }) => cause !== 'pending')
}
