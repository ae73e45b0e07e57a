import { createHash } from 'node:crypto'
import { isLeft } from '../engine/apply.ts'
import type { Host } from '../host/host.ts'
import { field } from '../json.ts'
import { driftGone, driftIssue, lasting } from '../render/drift-issue.ts'
import type { Report } from '../render/report.ts'
import { type Drift, isDrifted } from '../spec/drift.ts'
import { markedData, markFor, withMark } from './marker.ts'

/**
 * Keeps one issue about this connector and label open as long as there is drift. The same drift found again writes nothing.
 * @returns the issue's address, while there is one and in the run that closes it.
 * @throws DeployError when GitHub does not let it, which is no reason to fail a run.
 */
export async function keepDriftIssue(report: Report, host: Host): Promise<string | undefined> {
  const { inputs } = report
  const found = lasting(report)
  const { drift } = found
  const { githubToken, driftIssueLabels: labels, driftIssueAssignees: assignees } = inputs
  if (!inputs.driftIssue || drift === undefined || githubToken === undefined || !isCertain(report)) return undefined
  const discussion = await host.discussion(githubToken)
  const mark = markFor('drift', inputs)
  const [existing] = await discussion.issues(mark)
  if (!isDrifted(drift)) {
    if (existing !== undefined) await discussion.closeIssue(existing, driftGone(report))
    return existing?.url
  }
  const state = stateOf(found.fingerprint, drift)
  const isKnown =
    existing !== undefined && !existing.isEdited && field(markedData(existing.body, mark), 'state') === state
  if (isKnown) return existing.url
  const { title, body } = driftIssue(report)
  const content = { title, body: withMark(body, mark, { state }) }
  const post =
    existing === undefined
      ? await discussion.openIssue({ ...content, labels, assignees })
      : await discussion.editIssue(existing, content)
  return post.url
}

/**
 * A run that came here has judged drift, whatever else ails it: what is red because of drift, of the connector's health or of a
 * repair that was refused knows what there is. Only one that broke off in the middle of a repair does not.
 */
function isCertain({ outcomes, error }: Report): boolean {
  return error?.code !== 'cancelled' && !outcomes.some(isLeft)
}

/** Equal for the same drift, whichever run found it. */
function stateOf(fingerprint: string, { judgements, strangers }: Drift): string {
  const causes = judgements.map(({ change, cause }) => [change.address, cause])
  return createHash('sha256')
    .update(JSON.stringify([fingerprint, causes, [...strangers].sort()]))
    .digest('hex')
}
