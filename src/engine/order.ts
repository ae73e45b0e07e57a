import type { Change, Plan } from './plan.ts'
import { waitsFor } from './reference.ts'
import type { Resource } from './resource.ts'

/** The place of a kind among resources that wait for nothing: lower first. */
export type Rank<R extends Resource> = Readonly<Record<R['kind'], number>>

/**
 * The changes in waves: those of one wave may run in parallel, after the wave before has succeeded. Within a rank what is taken
 * away comes after what is given, so that nobody is without rights in between; what waits for a value of another comes last.
 */
export function wavesOf<R extends Resource>(plan: Plan<R>, rank: Rank<R>): Change<R>[][] {
  const waves = Map.groupBy(plan.changes, (change) => placeOf(change, rank))
  return [...waves.entries()].sort(([a], [b]) => a - b).map(([, changes]) => changes)
}

function placeOf<R extends Resource>(change: Change<R>, rank: Rank<R>): number {
  const kind: R['kind'] = change.kind
  if (change.action === 'delete') return rank[kind] + 0.5
  return 'after' in change && waitsFor(change.after).length > 0 ? Number.POSITIVE_INFINITY : rank[kind]
}
