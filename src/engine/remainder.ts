import { isLeft, type Outcome } from './apply.ts'
import type { Change, Plan } from './plan.ts'
import type { Actual, Resource } from './resource.ts'

/** The plan as one made now would be: what was carried out is there or gone, and the rest is still to do. */
export function remainderOf<R extends Resource>({ changes }: Plan<R>, outcomes: readonly Outcome<R>[]): Plan<R> {
  const settled = new Map(outcomes.filter((outcome) => !isLeft(outcome)).map((one) => [one.change.address, one]))
  return { changes: changes.flatMap((change) => remainder(change, settled.get(change.address))) }
}

/** What exists of the planned resources once a plan, or a part of it, was carried out: as apply left it, or as it was found. */
export function existingAfter<R extends Resource>(plan: Plan<R>, outcomes: readonly Outcome<R>[]): Actual<R>[] {
  const removed = new Set(outcomes.filter(({ result }) => result === 'removed').map(({ change }) => change.address))
  return remainderOf(plan, outcomes).changes.flatMap((change) =>
    'before' in change && change.action !== 'delete' && !removed.has(change.address) ? [change.before] : [],
  )
}

function remainder<R extends Resource>(change: Change<R>, outcome: Outcome<R> | undefined): Change<R>[] {
  if (outcome === undefined) return [change]
  if (!('actual' in outcome)) return []
  const { address, kind, name } = change
  return [{ address, kind, name, action: 'no-op', before: outcome.actual }]
}
