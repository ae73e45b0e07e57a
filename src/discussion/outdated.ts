import type { DeployError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { outdatedNotice } from '../render/outdated.ts'
import { isSame, markedData, withMark } from './marker.ts'
import { parseRecord } from './plan-record.ts'
import { threadOf } from './thread.ts'

/**
 * A pull request that has no plan any more: its comment shows one of an earlier commit, and says so from now on. After the merge
 * the comment stays what it was, since the plan in it may still be applied by the next attempt.
 */
export async function outdateComment(inputs: Inputs, error: DeployError, host: Host): Promise<void> {
  const thread = await threadOf(inputs, host)
  if (thread?.existing === undefined || !thread.mayBegin) return
  const { discussion, existing, mark } = thread
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
