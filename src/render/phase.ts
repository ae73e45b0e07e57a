import { isDrifted } from '../spec/drift.ts'
import type { Report } from './report.ts'

/** Where a plan stands in its life. */
export type Phase = 'planned' | 'applying' | 'applied' | 'failed' | 'outdated'

/** The phase at the end of a run. Drift that was found is no failure of the run. */
export function phaseOf({ error, outcomes, drift }: Report): Phase {
  if (error !== undefined && error.code !== 'drifted') return 'failed'
  const changed = outcomes.some(({ result }) => result !== 'unchanged')
  return changed && (drift === undefined || error === undefined) ? 'applied' : 'planned'
}

/** A drift run that found some. */
export function foundDrift({ drift }: Pick<Report, 'drift'>): boolean {
  return drift !== undefined && isDrifted(drift)
}

/** A drift run in which Azure is as it was applied, but not as the inputs say now. */
export function isPending({ drift }: Pick<Report, 'drift'>): boolean {
  return drift !== undefined && drift.judgements.length > 0 && !isDrifted(drift)
}
