import type { Difference } from './diff.ts'
import type { Actual, ActualSet, Address, Resource } from './resource.ts'

/** What a change of one property costs. Ordered: the worst path of an update decides. */
export type Impact = 'none' | 'restart' | 'replace'

/** What a planner must know of a kind. Data and pure functions only. */
export type Rules = {
  impactOf(difference: Difference): Impact
  /** Attributes that only exist after a create, in the order people read them. */
  readonly knownAfterApply: readonly string[]
}

/** Where to look for a resource before anything else is known about it. */
export type Target = { readonly address: Address; readonly name: string }

/** Told while Azure works, one line per change of state. */
export type Progress = (line: string) => void

/** What was found, and where nobody was allowed to look: the plan says so instead of taking it for empty. */
export type Observation<R extends Resource = Resource> = {
  readonly actual: ActualSet<R>
  /** Sentences. */
  readonly unread: readonly string[]
}

/** One kind of resource in Azure. It translates; it does not decide. */
export interface Adapter<R extends Resource = Resource> {
  readonly rules: Rules
  /**
   * What exists of the sought ones, and what else carries our mark. Never writes.
   * `known` is what has been found of other kinds before.
   */
  observe(sought: readonly Target[], known: ActualSet): Promise<Observation<R>>
  create(after: R, progress: Progress): Promise<Actual<R>>
  /** `paths` are the properties that differ: an adapter may choose a lighter request for them. */
  update(before: Actual<R>, after: R, paths: readonly (readonly string[])[], progress: Progress): Promise<Actual<R>>
  /** Gone already is as good. */
  delete(before: Actual<R>, progress: Progress): Promise<void>
  /**
   * Waits until something that needs no change is ready: an earlier run may have been stopped in the middle of its work. Creates
   * and updates do the same, so that nothing else is touched before what was changed works.
   * @throws DeployError when it never will be.
   */
  settle(before: Actual<R>, progress: Progress): Promise<Actual<R>>
}

/** An adapter for every kind: a kind without one does not compile. */
export type Adapters<R extends Resource> = {
  readonly [Kind in R['kind']]: Adapter<Extract<R, { readonly kind: Kind }>>
}
