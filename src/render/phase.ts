import { isDrifted } from '../spec/drift.ts'
import { leftOf } from '../spec/drift-repair.ts'
import type { Report } from './report.ts'

/** Where a plan stands in its life. */
export type Phase = 'planned' | 'applying' | 'applied' | 'failed' | 'outdated'

/** The phase at the end of a run. Drift that was found is no failure of the run. */
export function phaseOf({ error, outcomes }: Pick<Report, 'error' | 'outcomes'>): Phase {
  if (error?.code === 'plan-changed' && outcomes.length === 0) return 'outdated'
  if (error !== undefined && error.code !== 'drifted') return 'failed'
  return outcomes.some(({ result }) => result !== 'unchanged') ? 'applied' : 'planned'
}

/** How Azure stands to what was applied and to the inputs at the end of a drift run; undefined for any other. */
export type Finding = 'drifted' | 'pending' | 'in-sync'

export function findingOf({ drift, outcomes }: Pick<Report, 'drift' | 'outcomes'>): Finding | undefined {
  if (drift === undefined) return undefined
  const left = leftOf(drift, outcomes)
  if (isDrifted(left)) return 'drifted'
  return left.judgements.length > 0 ? 'pending' : 'in-sync'
}
