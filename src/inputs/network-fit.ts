import { lacksZones } from '../spec/zones.ts'
import type { Inputs } from './inputs.ts'
import type { Problem, Unchecked } from './reader.ts'

/** What does not fit together in inputs about network, zones and image. */
export function networkMisfits(inputs: Unchecked<Inputs>): Problem[] {
  return [...subnetElsewhere(inputs), ...zonesAmiss(inputs), ...nobodyToPull(inputs)]
}

/** https://learn.microsoft.com/azure/container-instances/container-instances-virtual-network-concepts#other-limitations */
function subnetElsewhere({ subnet, subscriptionId }: Unchecked<Inputs>): Problem[] {
  if (!subnet || subscriptionId === undefined) return []
  if (subnet.id.toLowerCase().startsWith(`/subscriptions/${subscriptionId}/`)) return []
  return [
    {
      input: 'subnet-ids',
      given: JSON.stringify(subnet.id),
      wrong: 'names a subnet of another subscription.',
      allowed: `a subnet in the subscription of the connector, ${subscriptionId}`,
      example: `subnet-ids: /subscriptions/${subscriptionId}/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<name>`,
    },
  ]
}

function zonesAmiss({ zones = [], replicas, location }: Unchecked<Inputs>): Problem[] {
  const given = JSON.stringify(zones.join(', '))
  const crowd: Problem[] =
    replicas === undefined || zones.length <= replicas
      ? []
      : [
          {
            input: 'zones',
            given,
            wrong: `has ${zones.length} zones for ${replicas} container group${replicas === 1 ? '' : 's'}; each stands in one.`,
            allowed: 'as many zones as `replicas`, or fewer',
            example: `replicas: ${zones.length}`,
          },
        ]
  if (zones.length === 0 || location === undefined || !lacksZones(location)) return crowd
  const wrong = `is set, but the region ${location} has no availability zones.`
  const example = 'location: westeurope'
  return [...crowd, { input: 'zones', given, wrong, allowed: 'nothing in this region', example }]
}

/** A system-assigned identity cannot pull: https://learn.microsoft.com/azure/container-instances/using-azure-container-registry-mi#limitations */
function nobodyToPull({ image, identity }: Unchecked<Inputs>): Problem[] {
  if (image?.pull.by !== 'identity' || identity?.type !== 'SystemAssigned') return []
  return [
    {
      input: 'image',
      given: JSON.stringify(image.reference),
      wrong:
        'comes from an Azure registry without a user name, and Container Instances pulls from there as a user-assigned identity only.',
      allowed: 'an image that `identity-ids` or `registry-username` and `registry-password` can pull',
      example: 'identity-type: both, and identity-ids with an identity for the pull',
    },
  ]
}
