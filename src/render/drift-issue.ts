import { fingerprintOf } from '../engine/fingerprint.ts'
import { remainderOf } from '../engine/remainder.ts'
import { leftOf } from '../spec/drift-repair.ts'
import { document } from './document.ts'
import { subject } from './heading.ts'
import { code, link } from './markdown.ts'
import type { Report } from './report.ts'

/** GitHub takes 65,536 characters; the marker that finds the issue again needs some. */
const BODY = 60_000

/** The issue that is open as long as there is drift. The same drift gives the same text, whatever run finds it. */
export function driftIssue(report: Report): { readonly title: string; readonly body: string } {
  return {
    title: `Drift: ${subject(report, (name) => name)}`,
    body: document(lasting(report), 'planned', { bytes: BODY, rest: 'the job summary of a drift run' }),
  }
}

/** What is said when the drift is gone, before the issue is closed. */
export function driftGone(report: Report): string {
  const { runUrl, commit } = report.context
  const where = [...(runUrl ? [link('Run', runUrl)] : []), ...(commit ? [`commit ${code(commit.slice(0, 7))}`] : [])]
  return [
    `✅ **No drift any more.** Azure is as ${subject(report, code)} was last applied.`,
    ...(where.length > 0 ? [where.join(' · ')] : []),
  ].join('\n\n')
}

/** The report without what differs from one run to the next, and without what this run has taken back. */
export function lasting(report: Report): Report {
  const { drift, plan, outcomes, context } = report
  const left = remainderOf(plan, outcomes)
  return {
    ...report,
    plan: left,
    fingerprint: fingerprintOf(left),
    drift: drift && leftOf(drift, outcomes),
    context: { ...context, runUrl: '', commit: '' },
    notes: [],
    outcomes: [],
  }
}
