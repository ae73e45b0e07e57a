import type { Discussion, Host, Post } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { markFor } from './marker.ts'
import { type Place, placeOf } from './place.ts'

/** Where a run talks, and the comment that is there already. */
export type Thread = Place & {
  readonly discussion: Discussion
  readonly mark: string
  readonly existing: Post | undefined
}

/** The thread of this run; undefined when it has nothing to say anywhere: drift has its issue, and who may not write need not try. */
export async function threadOf(inputs: Inputs, { context, discussion: open }: Host): Promise<Thread | undefined> {
  const { githubToken, comment, operation, expectedPlan } = inputs
  if (githubToken === undefined || comment === 'never' || operation === 'drift') return undefined
  if (context.withheld !== undefined) return undefined
  // On the pull request that was merged only an apply may speak: a plan made after the review must not take the place of the one reviewed.
  if (context.pullRequest === undefined && (expectedPlan !== 'pull-request' || operation === 'plan')) return undefined
  const discussion = await open(githubToken)
  const place = await placeOf(inputs, context, discussion)
  if (place === undefined) return undefined
  const mark = markFor('plan', inputs)
  const [existing] = await discussion.comments(place.pullRequest, mark)
  return { ...place, discussion, mark, existing }
}
