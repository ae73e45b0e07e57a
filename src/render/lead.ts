import type { Outcome } from '../engine/apply.ts'
import { consequencesOf } from './consequences.ts'
import { sentence } from './markdown.ts'
import { foundDrift, isPending, type Phase } from './phase.ts'
import type { Report } from './report.ts'
import { ACTIONS, CAUSES, RESULTS } from './symbols.ts'

/** What the heading's words mean, in a line or two: what a reviewer decides by. */
export function lead(report: Report, phase: Phase): string {
  switch (phase) {
    case 'applying':
      return '⏳ **Applying this plan now.**'
    case 'outdated':
      return '🕸️ **Out of date:** the inputs, the commit or Azure changed since. Do not decide by the plan that was here.'
    case 'applied':
    case 'failed':
      return progress(report.outcomes)
    case 'planned':
      return (foundDrift(report) || isPending(report) ? driftLines(report) : planLines(report)).join('\\\n')
  }
}

function planLines(report: Report): string[] {
  const lines = consequencesOf(report).map(({ action, text }) => `${ACTIONS[action].mark} **${sentence(text)}**`)
  return report.inputs.operation === 'destroy' ? ['💣 **This plan destroys.**', ...lines] : lines
}

function progress(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return ''
  const done = outcomes.filter(({ result }) => !isLeft(result))
  const left = outcomes.length - done.length
  if (left === 0) return `${RESULTS.created.mark} **Done:** all ${counted(outcomes.length)}.`
  return `${RESULTS.failed.mark} **Not finished:** ${done.length} of ${counted(outcomes.length)} done, ${left} left.`
}

function isLeft(result: Outcome['result']): boolean {
  return result === 'failed' || result === 'skipped' || result === 'removed'
}

function driftLines({ drift }: Report): string[] {
  const causes = drift?.judgements.map(({ cause }) => cause) ?? []
  const drifted = causes.filter((cause) => cause !== 'pending').length
  const pending = causes.filter((cause) => cause !== 'drift').length
  const strangers = drift?.strangers.length ?? 0
  return [
    ...(drifted > 0
      ? [`${CAUSES.drift.mark} **Somebody changed ${counted(drifted)} in Azure since the last apply.**`]
      : []),
    ...(strangers > 0
      ? [`${CAUSES.drift.mark} **${counted(strangers)} beside ours, running the same connector.**`]
      : []),
    ...(pending > 0
      ? [`${CAUSES.pending.mark} **The inputs ask for changes of ${counted(pending)} that nobody applied yet.**`]
      : []),
  ]
}

function counted(count: number): string {
  return count === 1 ? 'one object' : `${count} objects`
}
