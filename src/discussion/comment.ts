import { hasChanges } from '../engine/plan.ts'
import type { Host, Post } from '../host/host.ts'
import { comment, type Phase } from '../render/comment.ts'
import type { Report } from '../render/report.ts'
import { isSame, withMark } from './marker.ts'
import { recordOf } from './plan-record.ts'
import { type Thread, threadOf } from './thread.ts'

/** Characters of a whole comment; GitHub takes 65,536. */
const BUDGET = 60_000

/**
 * Keeps the one comment about this connector and label on the pull request up to date.
 * @returns its address, while there is one.
 * @throws DeployError when GitHub does not let it, which is no reason to fail a run.
 */
export async function keepComment(report: Report, phase: Phase, host: Host): Promise<string | undefined> {
  const thread = await threadOf(report.inputs, host)
  if (thread === undefined) return undefined
  const { discussion, existing, mayBegin, mark } = thread
  switch (intent(report, existing !== undefined, mayBegin)) {
    case 'leave':
      return existing?.url
    case 'delete':
      if (existing !== undefined) await discussion.deleteComment(existing)
      return undefined
    case 'write':
      return (await write(thread, bodyOf(report, phase, mark, host))).url
  }
}

/** Pure: what becomes of the comment. */
export function intent(report: Report, exists: boolean, mayBegin: boolean): 'write' | 'delete' | 'leave' {
  if (!exists && !mayBegin) return 'leave'
  const { inputs, plan, warnings, obstacles, error } = report
  const isChange = hasChanges(plan) || error !== undefined
  switch (inputs.comment) {
    case 'always':
      return 'write'
    case 'auto':
      return exists || isChange || warnings.length > 0 || obstacles.missing.length > 0 ? 'write' : 'leave'
    case 'on-change':
      return isChange ? 'write' : exists ? 'delete' : 'leave'
    case 'never':
      return 'leave'
  }
}

function bodyOf(report: Report, phase: Phase, mark: string, host: Host): string {
  const data = recordOf(report, phase, host)
  const marker = withMark('', mark, data)
  return withMark(comment(report, phase, BUDGET - marker.length), mark, data)
}

/** No write tells nothing new, unless somebody else has had a hand in the comment. */
async function write({ discussion, pullRequest, existing }: Thread, body: string): Promise<Post> {
  if (existing === undefined) return discussion.addComment(pullRequest, body)
  return isSame(existing.body, body) && !existing.isEdited ? existing : discussion.editComment(existing, body)
}
