import type { Discussion, RunContext } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'

/** A pull request, and whether this run may begin to talk there. */
export type Place = { readonly pullRequest: number; readonly mayBegin: boolean }

/**
 * Where a run of these inputs talks: on its own pull request; after the merge on the one whose plan it was told to apply, where
 * there has to be a comment already. Several pull requests are none: nobody could say which plan was meant.
 */
export async function placeOf(
  { expectedPlan }: Pick<Inputs, 'expectedPlan'>,
  { pullRequest, commit, branch }: RunContext,
  discussion: Pick<Discussion, 'mergedPullRequests'>,
): Promise<Place | undefined> {
  if (pullRequest !== undefined) return { pullRequest: pullRequest.number, mayBegin: true }
  if (expectedPlan !== 'pull-request' || branch === undefined) return undefined
  const [only, ...others] = await discussion.mergedPullRequests(commit, branch)
  return only === undefined || others.length > 0 ? undefined : { pullRequest: only, mayBegin: false }
}
