import type { Change, Plan } from './plan.ts'
import { waitsFor } from './reference.ts'
import type { Address, Resource } from './resource.ts'

/**
 * Where a kind stands among resources that wait for nothing, lower first; whether its changes may run side by side; and whether
 * others need it for as long as they are there, so that it is the last to be taken away.
 */
export type Rank<R extends Resource> = Readonly<Record<R['kind'], Standing>>

type Standing = { readonly place: number; readonly oneByOne: boolean; readonly outlives?: boolean }

/**
 * One thing to do for a change. Most changes take one; a replace that waits for the replace of another is taken away before that
 * other goes, and made again after it is back.
 */
export type Step<R extends Resource> = { readonly change: Change<R>; readonly part: 'whole' | 'remove' | 'make' }

/**
 * The steps of a plan in waves: those of one wave may run in parallel, after the wave before has succeeded. What is taken away
 * comes after what is given, so that nobody is without in between. What waits for another goes with it: away right before that
 * other changes, made right after. So with several of a kind that goes one by one, the rest keep all they have meanwhile.
 */
export function wavesOf<R extends Resource>(plan: Plan<R>, rank: Rank<R>): Step<R>[][] {
  const places = placesOf(plan, rank)
  const steps = plan.changes.flatMap((change) => stepsOf(change, places))
  const waves = Map.groupBy(steps, (step) => placeOf(step, places))
  return [...waves.entries()].sort(([a], [b]) => a - b).map(([, wave]) => wave)
}

function stepsOf<R extends Resource>(change: Change<R>, places: Places): Step<R>[] {
  if (change.action !== 'replace' || awaited(change, places) === undefined) return [{ change, part: 'whole' }]
  return [
    { change, part: 'remove' },
    { change, part: 'make' },
  ]
}

type Places = ReadonlyMap<Address, number>

/** Places of the changes themselves, without regard to what they wait for. Whole numbers, so that others fit before and behind. */
function placesOf<R extends Resource>({ changes }: Plan<R>, rank: Rank<R>): Places {
  const last = Math.max(...Object.values<Standing>(rank).map(({ place }) => place)) * changes.length + changes.length
  return new Map(
    changes.map((change, index) => {
      const kind: R['kind'] = change.kind
      const { place, oneByOne, outlives = false } = rank[kind]
      const own = place * changes.length + (oneByOne ? index : 0)
      if (change.action !== 'delete') return [change.address, own]
      return [change.address, outlives ? last + changes.length : oneByOne ? last + index : own]
    }),
  )
}

function placeOf<R extends Resource>({ change, part }: Step<R>, places: Places): number {
  const other = awaited(change, places)
  if (other !== undefined) return (places.get(other) ?? Number.POSITIVE_INFINITY) + (part === 'remove' ? -0.25 : 0.25)
  const own = places.get(change.address) ?? 0
  return change.action === 'delete' ? own + 0.5 : own
}

/** What is waited for, unless its kind has its turn before: then its own place is late enough. */
function awaited(change: Change, places: Places): Address | undefined {
  if (!('after' in change)) return undefined
  const own = places.get(change.address) ?? 0
  const turn = own - (own % places.size)
  return waitsFor(change.after).find((address) => (places.get(address) ?? Number.POSITIVE_INFINITY) >= turn)
}
