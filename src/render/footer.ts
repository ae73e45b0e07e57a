import { hasChanges } from '../engine/plan.ts'
import { code, link } from './markdown.ts'
import { foundDrift, type Phase } from './phase.ts'
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
      return report.inputs.operation === 'destroy'
        ? 'nothing, all that was ours is gone. The record of the connector in Apono stays.'
        : 'nothing, the connector is as the inputs say. A `drift` run tells when that changes.'
    case 'failed':
      return failedStep(report)
    case 'outdated':
      return 'have a plan of now reviewed.'
  }
}

function afterPlan(report: Report): string {
  const { plan, inputs, context } = report
  if (foundDrift(report))
    return 'take it back with `operation: apply` or `auto-repair: true`, or put it into the inputs. This drift run changed nothing.'
  if (!hasChanges(plan)) return 'nothing to do.'
  if (inputs.operation === 'drift') return 'an apply run carries out what is pending. This drift run changed nothing.'
  return context.eventName.startsWith('pull_request')
    ? 'an apply run carries this out, as a rule on merge. Nothing was changed: this is a plan.'
    : 'a run with `operation: apply` carries this out. Nothing was changed: this is a plan.'
}

function failedStep({ outcomes }: Report): string {
  return outcomes.length === 0
    ? 'mend what is said above, then run again. Nothing was changed.'
    : 'mend what is said above, then run again: it continues from what is there.'
}
