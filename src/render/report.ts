import type { Outcome } from '../engine/apply.ts'
import type { Plan } from '../engine/plan.ts'
import type { DeployError } from '../errors.ts'
import type { RunContext } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { ConnectorState } from '../spec/connector-state.ts'
import type { Drift } from '../spec/drift.ts'
import type { Obstacles } from '../spec/obstacles.ts'
import type { AzureResource } from '../spec/resources.ts'
import type { Diagnosis } from '../spec/sighting.ts'

/** A plan with everything its readers are shown. */
export type Planned = {
  readonly inputs: Inputs
  readonly plan: Plan<AzureResource>
  /** The plan told apart by cause, in a drift run. */
  readonly drift: Drift | undefined
  /** Sentences that a reader must not miss, and sentences that help. */
  readonly warnings: readonly string[]
  readonly notes: readonly string[]
  readonly obstacles: Obstacles
  readonly fingerprint: string
  /** Of a user-assigned identity, known before anything exists. */
  readonly principal: string | null
  readonly portalUrl: (armId: string) => string
  /** What groups that do not work say of themselves, and what is known of the connector: known once it was verified. */
  readonly diagnosis?: readonly Diagnosis[]
  readonly connector?: ConnectorState
}

/** A plan with what became of it: the one source of every face. */
export type Report = Planned & {
  readonly context: RunContext
  /** Empty when nothing was applied. */
  readonly outcomes: readonly Outcome<AzureResource>[]
  readonly error?: DeployError
  readonly links: readonly { readonly title: string; readonly url: string }[]
}
