import type { Actual } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource, ContainerGroup } from '../spec/resources.ts'

/** Are all replicas there, and meant to run? Where drift took one away or stopped it, drift is what there is to tell. */
export function isWhole(standing: readonly Actual<ContainerGroup>[], { replicas }: Pick<Inputs, 'replicas'>): boolean {
  return standing.length > 0 && standing.length === replicas && standing.every(({ resource }) => isMeantToRun(resource))
}

export function isMeantToRun({ properties }: ContainerGroup): boolean {
  return properties.state === 'Running'
}

export function isGroup(actual: Actual<AzureResource>): actual is Actual<ContainerGroup> {
  return actual.resource.kind === 'container-group'
}
