import { isDeepStrictEqual } from 'node:util'
import { armError, gatewayError } from '../arm-error.ts'
import { normaliseLocation } from '../locations.ts'
import type { World } from '../world.ts'
import { groupState } from './course.ts'
import type { ContainerDefinition, GroupDefinition } from './definition.ts'
import type { ContainerGroup } from './group.ts'

/**
 * Refuses a PUT that changes what only a new group can have:
 * https://learn.microsoft.com/azure/container-instances/container-instances-update
 * A PUT is the whole new definition, so a property left out counts as its default.
 */
export function checkUpdate(world: World, group: ContainerGroup, after: GroupDefinition): void {
  const before = group.definition
  const { launch, id } = group
  const location = normaliseLocation(after.location ?? '')
  if (location !== launch.location) {
    const [, resourceGroup] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? []
    throw gatewayError(
      409,
      'InvalidResourceLocation',
      `The resource '${group.name}' already exists in location '${launch.location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
    )
  }
  const state = groupState(world, group, world.clock.now())
  const isTerminal = state === 'Succeeded' || state === 'Failed'
  if (isTerminal || mountsAzureFiles(before) || !isDeepStrictEqual(fixed(before), fixed(after))) {
    // One message for every reason, and no target: the service does not say which property it was.
    throw armError(
      400,
      'InvalidContainerGroupUpdate',
      `The updates on container group '${group.name}' are invalid. If you are going to update the os type, restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it first and then create a new one.`,
    )
  }
}

/** What stays as it is for the life of a group, in one form: defaults named, ids in lower case. Documented first, then unproven. */
function fixed({ properties, zones }: GroupDefinition) {
  const { ipAddress } = properties
  return {
    osType: properties.osType,
    restartPolicy: properties.restartPolicy ?? 'Always',
    subnets: (properties.subnetIds ?? []).map(({ id }) => id?.toLowerCase()),
    resources: sortedByName((properties.containers ?? []).map(resourcesOf)),
    zones: zones ?? [],

    sku: properties.sku ?? 'Standard',
    priority: properties.priority ?? 'Regular',
    ipAddress: ipAddress && {
      type: ipAddress.type,
      ports: (ipAddress.ports ?? []).map(({ port, protocol }) => `${protocol ?? 'TCP'}:${port}`).sort(),
      dnsNameLabel: ipAddress.dnsNameLabel,
    },
    containerPorts: sortedByName((properties.containers ?? []).map(portsOf)),
    diagnostics: properties.diagnostics,
    dnsConfig: properties.dnsConfig,
    encryption: properties.encryptionProperties,
    extensions: properties.extensions ?? [],
    confidential: properties.confidentialComputeProperties,
  }
}

function resourcesOf({ name = '', properties }: ContainerDefinition) {
  const { requests, limits } = properties?.resources ?? {}
  return { name, cpu: requests?.cpu, memoryInGB: requests?.memoryInGB, limits }
}

function portsOf({ name = '', properties }: ContainerDefinition) {
  return { name, ports: (properties?.ports ?? []).map(({ port, protocol }) => `${protocol ?? 'TCP'}:${port}`).sort() }
}

/** Even a change of tags is refused then: https://github.com/Azure/azure-rest-api-specs/issues/29821 */
function mountsAzureFiles({ properties }: GroupDefinition): boolean {
  return (properties.volumes ?? []).some(({ azureFile }) => azureFile !== undefined)
}

function sortedByName<T extends { readonly name: string }>(values: readonly T[]): T[] {
  return values.toSorted((a, b) => a.name.localeCompare(b.name))
}
