import type { DeployError } from '../errors.ts'
import { failure } from './alerts.ts'
import { diagnosisSections } from './diagnosis.ts'
import { document } from './document.ts'
import { phaseOf } from './phase.ts'
import type { Report } from './report.ts'

/** GitHub takes 1 MiB and throws a larger summary away: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
const ROOM = { bytes: 1_000_000, rest: 'the log of the run and the file behind the output `plan-json`' }

/** The job summary of a run that came to a plan, as Markdown. */
export function summary(report: Report): string {
  return document(report, phaseOf(report), ROOM, diagnosisSections(report.diagnosis))
}

/** The job summary of a run that failed before there was a plan. */
export function failureSummary(error: DeployError): string {
  return `## Apono connector: failed\n\n${failure(error)}\n`
}
