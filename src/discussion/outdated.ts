import type { DeployError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { outdatedNotice } from '../render/outdated.ts'
import { isSame, markedData, markFor, withMark } from './marker.ts'
import { parseRecord } from './plan-record.ts'

/**
 * A pull request that has no plan any more: its comment shows one of an earlier commit, and says so from now on. After the merge
 * the comment stays what it was, since the plan in it may still be applied by the next attempt.
 */
export async function outdateComment(inputs: Inputs, error: DeployError, host: Host): Promise<void> {
  const { pullRequest, withheld } = host.context
  const { githubToken, comment, operation } = inputs
  if (pullRequest === undefined || withheld !== undefined || githubToken === undefined) return
  if (comment === 'never' || operation === 'drift') return
  const discussion = await host.discussion(githubToken)
  const mark = markFor('plan', inputs)
  const [existing] = await discussion.comments(pullRequest.number, mark)
  if (existing === undefined) return
  const record = parseRecord(markedData(existing.body, mark))
  const body = withMark(outdatedNotice(shownIn(existing.body), error, host.context), mark, {
    ...record,
    phase: 'outdated',
  })
  if (!isSame(existing.body, body)) await discussion.editComment(existing, body)
}

/** What readers see of a comment: all but its last line. */
function shownIn(body: string): string {
  return body.trimEnd().split('\n').slice(0, -1).join('\n').trim()
}
