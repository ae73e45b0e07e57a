import { type Report, summary } from './summary.ts'

/** Stand-in for the renderer of drift issues. */
export function driftIssue(report: Report): { readonly title: string; readonly body: string } {
  const { connectorId, label } = report.inputs
  return { title: `Drift of ${connectorId}${label === undefined ? '' : ` (${label})`}`, body: summary(report).trim() }
}

export function driftGone({ context }: Report): string {
  return `The drift is gone. ${context.runUrl}`
}
