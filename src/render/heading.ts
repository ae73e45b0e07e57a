import { foundDrift, isPending, type Phase } from './phase.ts'
import type { Planned } from './report.ts'
import { verdict } from './verdict.ts'

type Named = { readonly inputs: Pick<Planned['inputs'], 'connectorId' | 'label'> }

/** Which connector this is about; `quoted` is how the face quotes names of others. */
export function subject({ inputs }: Named, quoted: (name: string) => string): string {
  const label = inputs.label === undefined ? '' : ` (${quoted(inputs.label)})`
  return `Apono connector ${quoted(inputs.connectorId)}${label}`
}

/** The whole plan in a few words: "1 to create", "drift, 1 to update", "failed". */
export function state(planned: Pick<Planned, 'inputs' | 'plan' | 'drift'>, phase: Phase): string {
  const counts = verdict(planned.plan).replace(/\.$/, '').toLowerCase()
  if (phase === 'applied' && planned.inputs.operation === 'destroy') return 'destroyed'
  if (phase !== 'planned') return phase
  if (foundDrift(planned)) return `drift, ${counts}`
  if (isPending(planned)) return `pending, ${counts}`
  return planned.inputs.operation === 'destroy' ? `destroy, ${counts}` : counts
}
