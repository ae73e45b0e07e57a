import { hasChanges } from '../engine/plan.ts'
import { leftOf } from '../spec/drift-repair.ts'
import { remediesOf } from '../spec/drift-report.ts'
import { code, link, sentence } from './markdown.ts'
import { findingOf, type Phase } from './phase.ts'
import type { Report } from './report.ts'

/** What happens next, where this is, and where to read on. */
export function footer(report: Report, phase: Phase): string {
  const { inputs, context, fingerprint, links } = report
  const anchors = [...links, ...(context.runUrl ? [{ title: 'Run', url: context.runUrl }] : [])]
  const marks = [
    ...anchors.map(({ title, url }) => link(title, url)),
    ...(context.commit ? [`commit ${code(context.commit.slice(0, 7))}`] : []),
    `plan ${code(fingerprint.slice(0, 12))}`,
  ]
  const place = `subscription ${code(inputs.subscriptionId)}, resource group ${code(inputs.resourceGroup)}`
  return [`**Next:** ${nextStep(report, phase)}`, `<sub>${[...marks, place].join(' · ')}</sub>`].join('\n\n')
}

function nextStep(report: Report, phase: Phase): string {
  switch (phase) {
    case 'planned':
      return afterPlan(report)
    case 'applying':
      return 'this plan is being applied; what becomes of it follows here.'
    case 'applied':
      return afterApply(report)
    case 'failed':
      return failedStep(report)
    case 'outdated':
      return 'have a plan of now reviewed.'
  }
}

function afterApply(report: Report): string {
  switch (report.inputs.operation) {
    case 'destroy':
      return 'nothing, what was to go is gone. The record of the connector in Apono stays.'
    case 'drift':
      return afterDrift(report)
    default:
      return 'nothing, the connector is as the inputs say. A `drift` run tells when that changes.'
  }
}

function afterDrift(report: Report): string {
  const { drift, outcomes, inputs } = report
  switch (findingOf(report)) {
    case 'drifted':
      return drift === undefined ? '' : inOneLine(remediesOf(leftOf(drift, outcomes), inputs.resourceGroup))
    case 'pending':
      return 'an apply run carries out what is pending.'
    default:
      return 'nothing, Azure is as it was applied.'
  }
}

/** Sentences behind a colon. */
function inOneLine(sentences: readonly string[]): string {
  const text = sentences.map(sentence).join(' ')
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`
}

function afterPlan(report: Report): string {
  const { plan, inputs, context } = report
  if (inputs.operation === 'drift') {
    const unless = findingOf(report) === 'in-sync' ? '' : ' A drift run changes nothing without `auto-repair: true`.'
    return `${afterDrift(report)}${unless}`
  }
  if (!hasChanges(plan)) return 'nothing to do.'
  return context.eventName.startsWith('pull_request')
    ? 'an apply run carries this out, as a rule on merge. Nothing was changed: this is a plan.'
    : 'a run with `operation: apply` carries this out. Nothing was changed: this is a plan.'
}

function failedStep({ outcomes }: Report): string {
  return outcomes.length === 0
    ? 'mend what is said above, then run again. Nothing was changed.'
    : 'mend what is said above, then run again: it continues from what is there.'
}
