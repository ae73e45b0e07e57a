import type { Actual, Address, Resource } from './resource.ts'

/** What a change of one property costs. Ordered: the worst path of an update decides. */
export type Impact = 'none' | 'restart' | 'replace'

/** What a planner must know of a kind. Data and pure functions only. */
export type Rules = {
  impactOf(path: readonly string[]): Impact
  /** Attributes that only exist after a create, in the order people read them. */
  readonly knownAfterApply: readonly string[]
}

/** Where to look for a resource before anything is known about it. */
export type Target = { readonly address: Address; readonly name: string }

/** Told while Azure works, one line per change of state. */
export type Progress = (line: string) => void

/** One kind of resource in Azure. It translates; it does not decide. */
export interface Adapter<R extends Resource = Resource> {
  readonly rules: Rules
  /** What exists, or undefined. Never writes. */
  observe(target: Target): Promise<Actual<R> | undefined>
  create(after: R, progress: Progress): Promise<Actual<R>>
  /** `paths` are the properties that differ: an adapter may choose a lighter request for them. */
  update(after: R, paths: readonly (readonly string[])[], progress: Progress): Promise<Actual<R>>
  /**
   * Waits until something that needs no change is ready: an earlier run may have been stopped in the middle of its work.
   * @throws DeployError when it never will be.
   */
  settle(before: Actual<R>, progress: Progress): Promise<Actual<R>>
}
