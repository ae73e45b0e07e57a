import type { JsonObject } from './protocol.ts'
import type { World } from './world.ts'

/** The Azure registry that mirrors the connector's image. */
export const REGISTRY_NAME = 'acme'

/**
 * Two networks in two regions, each with a subnet for container groups, the first with one that is for anything else too; and the
 * customer's own registry, in another resource group than the connector's.
 */
export function addNetworks(world: World, subscriptionId: string, resourceGroup: string): void {
  const below = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/virtualNetworks`
  addNetwork(world, `${below}/vnet-apono`, 'westeurope', { 'snet-connectors': true, 'snet-plain': false })
  addNetwork(world, `${below}/vnet-north`, 'northeurope', { 'snet-connectors': true })
  add(world, registryId(subscriptionId), 'Microsoft.ContainerRegistry/registries', {
    location: 'westeurope',
    sku: { name: 'Premium', tier: 'Premium' },
    properties: { loginServer: `${REGISTRY_NAME}.azurecr.io`, provisioningState: 'Succeeded', adminUserEnabled: true },
  })
}

export function registryId(subscriptionId: string): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/rg-other/providers/Microsoft.ContainerRegistry/registries/${REGISTRY_NAME}`
}

function addNetwork(world: World, id: string, location: string, subnets: Readonly<Record<string, boolean>>): void {
  const type = 'Microsoft.Network/virtualNetworks'
  add(world, id, type, {
    location,
    properties: { provisioningState: 'Succeeded', addressSpace: { addressPrefixes: ['10.0.0.0/16'] } },
  })
  for (const [index, [name, delegated]] of Object.entries(subnets).entries()) {
    const serviceName = 'Microsoft.ContainerInstance/containerGroups'
    const delegation = {
      id: `${id}/subnets/${name}/delegations/aci`,
      name: 'aci',
      type: `${type}/subnets/delegations`,
      properties: { serviceName, actions: ['Microsoft.Network/virtualNetworks/subnets/action'] },
    }
    add(world, `${id}/subnets/${name}`, `${type}/subnets`, {
      properties: {
        provisioningState: 'Succeeded',
        addressPrefix: `10.0.${index}.0/24`,
        delegations: delegated ? [delegation] : [],
      },
    })
  }
}

function add(world: World, id: string, type: string, rest: JsonObject): void {
  world.resources.set(id.toLowerCase(), { id, body: { id, name: id.split('/').at(-1) ?? '', type, ...rest } })
}
