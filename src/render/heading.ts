import { hasChanges } from '../engine/plan.ts'
import { type Finding, findingOf, type Phase } from './phase.ts'
import type { Planned, Report } from './report.ts'
import { verdict } from './verdict.ts'

type Named = { readonly inputs: Pick<Planned['inputs'], 'connectorId' | 'label'> }

/** Which connector this is about; `quoted` is how the face quotes names of others. */
export function subject({ inputs }: Named, quoted: (name: string) => string): string {
  const label = inputs.label === undefined ? '' : ` (${quoted(inputs.label)})`
  return `Apono connector ${quoted(inputs.connectorId)}${label}`
}

/** The whole plan in a few words: "1 to create", "drift, 1 to update", "failed". */
export function state(report: Pick<Report, 'inputs' | 'plan' | 'drift' | 'outcomes'>, phase: Phase): string {
  const { inputs, plan } = report
  const counts = verdict(plan).replace(/\.$/, '').toLowerCase()
  const found = FOUND[findingOf(report) ?? 'in-sync']
  switch (phase) {
    case 'planned':
      if (found !== '') return hasChanges(plan) ? `${found}, ${counts}` : found
      return inputs.operation === 'destroy' && hasChanges(plan) ? `destroy, ${counts}` : counts
    case 'applied':
      if (inputs.operation === 'drift') return found === '' ? 'repaired' : `repaired, ${found} left`
      return inputs.operation === 'destroy' ? 'destroyed' : phase
    default:
      return phase
  }
}

const FOUND: Readonly<Record<Finding, string>> = { drifted: 'drift', pending: 'pending', 'in-sync': '' }
