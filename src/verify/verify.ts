import type { Outcome } from '../engine/apply.ts'
import { existingAfter } from '../engine/remainder.ts'
import type { DeployError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Planned } from '../render/report.ts'
import type { Services } from '../services.ts'
import type { ConnectorState } from '../spec/connector-state.ts'
import type { AzureResource } from '../spec/resources.ts'
import type { Diagnosis } from '../spec/sighting.ts'
import { connectionWith } from './connection.ts'
import { examine } from './examination.ts'
import { isGroup, isWhole } from './standing.ts'

/** What a run found out about the connector itself. */
export type Verified = {
  readonly outcomes: readonly Outcome<AzureResource>[]
  /** Why the run is no success although everything was applied. */
  readonly error?: DeployError
  readonly diagnosis: readonly Diagnosis[]
  readonly connector?: ConnectorState
}

/**
 * Does the connector work, after what was applied? Each group was watched when it was changed, before the next one was touched;
 * groups that the run left alone are looked at here. What does not work is asked why; of what works, Apono is asked whether it
 * is connected.
 */
export async function verify(
  planned: Planned,
  applied: readonly Outcome<AzureResource>[],
  services: Services,
  host: Host,
): Promise<Verified> {
  const { inputs } = planned
  const { outcomes, errors, diagnosis } = await examine(planned, applied, services.azure, host)
  const failures = [...errors, ...outcomes.flatMap((outcome) => (outcome.result === 'failed' ? [outcome.error] : []))]
  if (failures.length > 0) {
    const [error] = errors
    // A group that could not be watched to the end may be in the best of health.
    const ails = diagnosis.length > 0 || failures.some(({ code }) => code === 'connector-unhealthy')
    const connector = { status: 'unhealthy', version: undefined } as const
    return { outcomes, diagnosis, ...(ails && { connector }), ...(error && { error }) }
  }
  const standing = existingAfter(planned.plan, applied).filter(isGroup)
  if (inputs.wait === 'none' || !isWhole(standing, inputs)) return { outcomes, diagnosis }
  return { outcomes, diagnosis, ...(await connectionWith(services, standing, inputs, host)) }
}
