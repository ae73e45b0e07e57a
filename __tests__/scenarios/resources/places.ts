import type { Stage } from '../../stage.ts'

/** Ids of what the sandbox has besides the connector. */
export function placesOf({ sandbox: { inputs } }: Stage) {
  const group = `/subscriptions/${inputs['subscription-id']}/resourceGroups/${inputs['resource-group']}/providers`
  const network = `${group}/Microsoft.Network/virtualNetworks`
  return {
    subnet: `${network}/vnet-apono/subnets/snet-connectors`,
    plainSubnet: `${network}/vnet-apono/subnets/snet-plain`,
    northernSubnet: `${network}/vnet-north/subnets/snet-connectors`,
    network: `${network}/vnet-apono`,
    identity: `${group}/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`,
    registry: `/subscriptions/${inputs['subscription-id']}/resourceGroups/rg-other/providers/Microsoft.ContainerRegistry/registries/acme`,
    workspace: `${group}/Microsoft.OperationalInsights/workspaces/apono-connector-logs`,
  }
}

export const MIRROR = 'acme.azurecr.io/apono-connector:v1.7.8'

/** The mirrored image, pulled as the identity of the sandbox. */
export function mirrored(stage: Stage): Readonly<Record<string, string>> {
  return { image: MIRROR, 'identity-type': 'UserAssigned', 'identity-ids': placesOf(stage).identity }
}
