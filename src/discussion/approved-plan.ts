import { DeployError, explain } from '../errors.ts'
import type { Host, Post } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { markedData, markFor } from './marker.ts'
import { placeOf } from './place.ts'
import { type PlanRecord, parseRecord } from './plan-record.ts'

/**
 * The plan that this action's comment showed on the pull request that brought the commit.
 * @throws DeployError `plan-changed` for everything that cannot be checked: an approval that is not certain is none.
 */
export async function approvedPlan(inputs: Inputs, host: Pick<Host, 'context' | 'discussion'>): Promise<PlanRecord> {
  const { githubToken } = inputs
  if (githubToken === undefined) throw uncertain('no `github-token` was given to look it up with')
  const found = await ask(async () => {
    const discussion = await host.discussion(githubToken)
    const place = await placeOf(inputs, host.context, discussion)
    return place && { ...place, comments: await discussion.comments(place.pullRequest, markFor('plan', inputs)) }
  })
  if (found === undefined) throw uncertain('the commit was not brought by one merged pull request of this branch')
  return recordIn(found.comments, `#${found.pullRequest}`, markFor('plan', inputs))
}

function recordIn(comments: readonly Post[], where: string, mark: string): PlanRecord {
  const [comment, ...others] = comments
  if (comment === undefined)
    throw uncertain(
      `${where} has no comment of this action about this connector, written with a token of the same user or app`,
    )
  if (others.length > 0) throw uncertain(`${where} has ${comments.length} comments of this action about this connector`)
  if (comment.isEdited) throw uncertain(`somebody else edited the comment ${comment.url}`)
  const record = parseRecord(markedData(comment.body, mark))
  if (record === undefined) throw uncertain(`the comment ${comment.url} carries no plan that can be read`)
  if (record.phase === 'outdated') throw uncertain(`the comment ${comment.url} says itself that its plan is outdated`)
  return record
}

/** GitHub's own refusals are as good a reason not to apply as any. */
async function ask<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DeployError) throw uncertain(`of this:\n${explain(error)}`, error)
    throw error
  }
}

function uncertain(reason: string, cause?: DeployError): DeployError {
  const because = cause === undefined ? `: ${reason}` : ` because ${reason}`
  return new DeployError(
    'plan-changed',
    `The plan approved on the pull request could not be checked${because}. Nothing was changed.`,
    {
      hint: [
        'Let the pull request run `operation: plan` with the same connector, place, `label` and `github-token`, and leave its comment alone. Then run this again; running the plan job of the merged pull request again writes its comment anew.',
        'The job needs `permissions: pull-requests: write`. A plan reviewed elsewhere can be given as `expected-plan` by its fingerprint or file.',
      ].join('\n'),
      cause,
    },
  )
}
