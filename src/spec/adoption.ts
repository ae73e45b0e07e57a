import type { Change, Plan } from '../engine/plan.ts'
import type { Actual, ActualSet } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource, ContainerGroup, GroupNetwork } from './resources.ts'

/** What becomes of a group that runs this connector without our mark. `keep-size` leaves cores and memory that the inputs do not set. */
export type Adopt = 'yes' | 'no' | 'keep-size'

/** Groups that run this connector, carry no mark of ours and are not part of the plan. */
export function strangersIn(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>): Actual<AzureResource>[] {
  const planned = new Set(plan.changes.map(({ address }) => address))
  return [...actual.values()].filter(
    ({ resource, ownership }) =>
      resource.kind === 'container-group' && ownership.by === 'nobody' && !planned.has(resource.address),
  )
}

/** @throws DeployError `adoption-refused` before a group is taken over against the user's word, or a second one is made beside it. */
export function refuseUnwanted(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>, { adopt }: Inputs): void {
  const adopted = plan.changes.find((change) => change.kind === 'container-group' && isAdoption(change))
  if (adopted !== undefined && adopt === 'no') throw refused(adopted.name)
  const [stranger] = strangersIn(plan, actual)
  const creates = plan.changes.some(({ action, kind }) => action === 'create' && kind === 'container-group')
  if (stranger !== undefined && creates) throw second(stranger.resource.name)
}

function isAdoption(change: Change): boolean {
  return 'adopts' in change && change.adopts
}

/** Cores and memory that stay as they are; undefined where the inputs decide. */
export function keptSize(
  inputs: Inputs,
  found: Actual | undefined,
): Partial<Pick<ContainerGroup['properties'], 'cpu' | 'memory'>> {
  if (inputs.adopt !== 'keep-size' || found === undefined) return {}
  const { cpu, memory } = found.resource.properties
  return {
    ...(!inputs.given.cpu && typeof cpu === 'number' && { cpu }),
    ...(!inputs.given.memory && typeof memory === 'number' && { memory }),
  }
}

/** Ports that a container exposes without an address: they mean nothing, and taking them away would take a replace. */
export function keptPorts(found: Actual | undefined): { readonly ports?: readonly string[] } {
  const network: unknown = found?.resource.properties.network
  if (!isNetwork(network) || network.address !== null) return {}
  return { ports: network.ports }
}

/** The container's name, where somebody else chose it: nobody sees it, and another would take a replace. */
export function keptContainerName(found: Actual | undefined): Pick<ContainerGroup['properties'], 'containerName'> {
  const { containerName } = found?.resource.properties ?? {}
  return typeof containerName === 'string' ? { containerName } : {}
}

function isNetwork(value: unknown): value is GroupNetwork {
  return typeof value === 'object' && value !== null && 'address' in value && 'ports' in value
}

function refused(name: string): DeployError {
  return new DeployError(
    'adoption-refused',
    `"${name}" runs this connector, but was not made by this action, and \`adopt: false\` forbids to take it over.`,
    {
      hint: 'Remove `adopt: false` to take it over (the plan shows what would change), choose another `connector-id`, or delete it. Nothing was changed.',
    },
  )
}

function second(name: string): DeployError {
  return new DeployError(
    'adoption-refused',
    `"${name}" runs this connector already, without a mark of this action. A second one beside it would be an accident.`,
    {
      hint: `Set \`name: ${name}\` to take it over (the plan shows what would change), or delete it. Nothing was changed.`,
    },
  )
}
