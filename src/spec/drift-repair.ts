import { isLeft, type Outcome } from '../engine/apply.ts'
import type { Change, Plan } from '../engine/plan.ts'
import type { Drift } from './drift.ts'
import type { AzureResource } from './resources.ts'

/** The part of the plan that takes back what somebody else did, and nothing that the inputs newly ask for. */
export function repairOf({ judgements }: Drift): Plan<AzureResource> {
  return { changes: judgements.filter(({ cause }) => cause === 'drift').map(({ change }) => withoutNewRecord(change)) }
}

/** A repair applies nothing new, so the record stays what it was: grants and replicas that nobody applied must not enter it. */
function withoutNewRecord(change: Change<AzureResource>): Change<AzureResource> {
  if (change.action !== 'update' && change.action !== 'replace') return change
  const { before, after } = change
  if (after.kind !== 'container-group' || before.resource.kind !== 'container-group') return change
  const { lastApplied } = before.resource.properties
  if (lastApplied === null) return change
  const properties = change.properties.filter(({ path }) => path[0] !== 'lastApplied')
  return { ...change, after: { ...after, properties: { ...after.properties, lastApplied } }, properties }
}

/** The drift that is there still after what became of a repair. */
export function leftOf({ judgements, strangers }: Drift, outcomes: readonly Outcome[]): Drift {
  const settled = new Set(outcomes.filter((outcome) => !isLeft(outcome)).map(({ change }) => change.address))
  return { judgements: judgements.filter(({ change }) => !settled.has(change.address)), strangers }
}
