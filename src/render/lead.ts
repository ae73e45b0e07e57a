import { isLeft, type Outcome } from '../engine/apply.ts'
import { hasChanges } from '../engine/plan.ts'
import { consequencesOf } from './consequences.ts'
import { counted } from './counted.ts'
import { driftFindings } from './drift-findings.ts'
import { sentence } from './markdown.ts'
import type { Phase } from './phase.ts'
import type { Report } from './report.ts'
import { ACTIONS, CAUSES, RESULTS } from './symbols.ts'

/** What the heading's words mean, in a line or two: what a reviewer decides by. */
export function lead(report: Report, phase: Phase): string {
  return linesOf(report, phase).join('\\\n')
}

function linesOf(report: Report, phase: Phase): string[] {
  switch (phase) {
    case 'applying':
      return ['⏳ **Applying this plan now.**']
    case 'outdated':
      return ['🕸️ **Out of date:** the plan that was approved is not the one of now. Do not decide by it.']
    case 'applied':
    case 'failed':
      return [...progress(report.outcomes), ...findings(report)]
    case 'planned': {
      const found = findings(report)
      return found.length > 0 ? found : consequences(report)
    }
  }
}

function consequences(report: Report): string[] {
  const lines = consequencesOf(report).map(({ action, text }) => `${ACTIONS[action].mark} **${sentence(text)}**`)
  const destroys = report.inputs.operation === 'destroy' && hasChanges(report.plan)
  return destroys ? ['💣 **This plan destroys.**', ...lines] : lines
}

function progress(outcomes: readonly Outcome[]): string[] {
  if (outcomes.length === 0) return []
  const left = outcomes.filter(isLeft).length
  if (left === 0)
    return [`${RESULTS.created.mark} **Done:** ${outcomes.length === 1 ? '' : 'all '}${counted(outcomes.length)}.`]
  const done = outcomes.length - left
  return [`${RESULTS.failed.mark} **Not finished:** ${done} of ${counted(outcomes.length)} done, ${left} left.`]
}

function findings(report: Report): string[] {
  return driftFindings(report).map(({ cause, text }) => `${CAUSES[cause].mark} **${sentence(text)}**`)
}
