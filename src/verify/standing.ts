import type { Outcome } from '../engine/apply.ts'
import type { Actual } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Planned } from '../render/report.ts'
import type { AzureResource, ContainerGroup } from '../spec/resources.ts'

/** The container groups that stand at the end of a run: as apply left them, or as they were found. */
export function standingAfter(
  { plan }: Pick<Planned, 'plan'>,
  outcomes: readonly Outcome<AzureResource>[],
): Actual<ContainerGroup>[] {
  return plan.changes.flatMap((change) => {
    const outcome = outcomes.find((candidate) => candidate.change.address === change.address)
    const found = 'before' in change && change.action !== 'delete' ? change.before : undefined
    const left = outcome === undefined ? found : 'actual' in outcome ? outcome.actual : undefined
    return left !== undefined && isGroup(left) ? [left] : []
  })
}

/** Are all replicas there, and meant to run? Where drift took one away or stopped it, drift is what there is to tell. */
export function isWhole(standing: readonly Actual<ContainerGroup>[], { replicas }: Pick<Inputs, 'replicas'>): boolean {
  return standing.length > 0 && standing.length === replicas && standing.every(({ resource }) => isMeantToRun(resource))
}

export function isMeantToRun({ properties }: ContainerGroup): boolean {
  return properties.state === 'Running'
}

function isGroup(actual: Actual<AzureResource>): actual is Actual<ContainerGroup> {
  return actual.resource.kind === 'container-group'
}
