import type { Impact, Rules } from './adapter.ts'
import { type Difference, diff } from './diff.ts'
import { type Lookup, resolve } from './reference.ts'
import type { Actual, ActualSet, Address, Resource, ResourceSet } from './resource.ts'

/** One property of a change, with what changing it costs. */
export type PropertyChange = Difference & { readonly impact: Impact }

type Common = { readonly address: Address; readonly kind: string; readonly name: string }

export type Create<R extends Resource = Resource> = Common & {
  readonly action: 'create'
  readonly after: R
  readonly knownAfterApply: readonly string[]
}
export type Update<R extends Resource = Resource> = Common & {
  readonly action: 'update'
  readonly impact: 'none' | 'restart'
  readonly adopts: boolean
  readonly before: Actual<R>
  readonly after: R
  readonly properties: readonly PropertyChange[]
}
export type Replace<R extends Resource = Resource> = Common & {
  readonly action: 'replace'
  readonly adopts: boolean
  readonly before: Actual<R>
  readonly after: R
  readonly properties: readonly PropertyChange[]
  /** The paths that Azure does not change in place. Explanation only. */
  readonly because: readonly (readonly string[])[]
  readonly knownAfterApply: readonly string[]
}
export type Delete<R extends Resource = Resource> = Common & { readonly action: 'delete'; readonly before: Actual<R> }
export type NoOp<R extends Resource = Resource> = Common & { readonly action: 'no-op'; readonly before: Actual<R> }

export type Change<R extends Resource = Resource> = Create<R> | Update<R> | Replace<R> | Delete<R> | NoOp<R>
export type Action = Change['action']

/** All that apply will do, as data. Apply reads nothing else. */
export type Plan<R extends Resource = Resource> = { readonly changes: readonly Change<R>[] }

/** Pure, and without a mode: what the run is for does not matter here. */
export function makePlan<R extends Resource>(
  desired: ResourceSet<R>,
  actual: ActualSet<R>,
  rulesOf: (resource: R) => Rules,
): Plan<R> {
  return { changes: [...settled(desired, actual, rulesOf), ...deletesOf(desired, actual)] }
}

/**
 * What is created or replaced gets new attributes, so what refers to it stays open until then. Whether something lasts may itself
 * hang on what it refers to, so this is asked again for as long as more turns out to last.
 */
function settled<R extends Resource>(
  desired: ResourceSet<R>,
  actual: ActualSet<R>,
  rulesOf: (resource: R) => Rules,
  known: ActualSet<R> = new Map(),
): Change<R>[] {
  const lookup: Lookup = ({ reference, attribute }) => known.get(reference)?.attributes[attribute]
  const changes = changesOf(desired, actual, rulesOf, lookup)
  const lasting = new Map(changes.filter(isLasting).map(({ address, before }) => [address, before] as const))
  return lasting.size > known.size ? settled(desired, actual, rulesOf, lasting) : changes
}

function changesOf<R extends Resource>(
  desired: ResourceSet<R>,
  actual: ActualSet<R>,
  rulesOf: (resource: R) => Rules,
  lookup: Lookup,
): Change<R>[] {
  return [...desired.values()].map((after) =>
    changeOf(resolve(after, lookup), actual.get(after.address), rulesOf(after)),
  )
}

function isLasting<R extends Resource>(change: Change<R>): change is Update<R> | NoOp<R> {
  return change.action === 'update' || change.action === 'no-op'
}

function changeOf<R extends Resource>(after: R, before: Actual<R> | undefined, rules: Rules): Change<R> {
  const common = { address: after.address, kind: after.kind, name: after.name }
  const { knownAfterApply } = rules
  if (before === undefined) return { ...common, action: 'create', after, knownAfterApply }

  const properties = diff(before.resource.properties, after.properties).map((difference) => ({
    ...difference,
    impact: rules.impactOf(difference),
  }))
  if (properties.length === 0) return { ...common, action: 'no-op', before }

  const adopts = before.ownership.by === 'nobody'
  const because = properties.filter(({ impact }) => impact === 'replace').map(({ path }) => path)
  if (because.length > 0) {
    return { ...common, action: 'replace', adopts, before, after, properties, because, knownAfterApply }
  }
  const impact = properties.some((property) => property.impact === 'restart') ? 'restart' : 'none'
  return { ...common, action: 'update', impact, adopts, before, after, properties }
}

/** Only what is ours is ever deleted. */
function deletesOf<R extends Resource>(desired: ResourceSet<R>, actual: ActualSet<R>): Delete<R>[] {
  return [...actual.values()]
    .filter(({ resource, ownership }) => ownership.by === 'us' && !desired.has(resource.address))
    .map((before) => {
      const { address, kind, name } = before.resource
      return { address, kind, name, action: 'delete', before }
    })
}

export function countOf(plan: Plan, action: Action): number {
  return plan.changes.filter((change) => change.action === action).length
}

export function hasChanges(plan: Plan): boolean {
  return plan.changes.some(({ action }) => action !== 'no-op')
}
