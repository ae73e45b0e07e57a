import { gatewayError } from './arm-error.ts'
import { type ArmRoute, param, type ResourceGroupRequest } from './arm-request.ts'
import { isJsonObject } from './json-shape.ts'
import { normaliseLocation } from './locations.ts'
import type { JsonObject, Reply } from './protocol.ts'
import type { ArmRecord, World } from './world.ts'

const namespace = 'Microsoft.Network'
const TYPE = `${namespace}/virtualNetworks`
export const SUBNET_TYPE = `${TYPE}/subnets`
const network = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${TYPE}/{network}`
const common = { apiVersions: ['2023-11-01'], namespace, level: 'resource-group', method: 'GET' } as const

/** Networks and their subnets, to be looked at; they come from the seed or the control surface. */
export const virtualNetworkRoutes: readonly ArmRoute[] = [
  { ...common, path: network, action: `${TYPE}/read`, handle: getNetwork },
  { ...common, path: `${network}/subnets/{subnet}`, action: `${SUBNET_TYPE}/read`, handle: getSubnet },
]

function getNetwork(request: ResourceGroupRequest): Reply {
  const record = find(request, networkIdOf(request)) ?? notFound(request, `${TYPE}/${param(request.call, 'network')}`)
  const below = `${record.id.toLowerCase()}/subnets/`
  const subnets = [...request.world.resources].flatMap(([id, { body }]) => (id.startsWith(below) ? [body] : []))
  const properties = isJsonObject(record.body.properties) ? record.body.properties : {}
  return { status: 200, body: { ...record.body, properties: { ...properties, subnets } } }
}

function getSubnet(request: ResourceGroupRequest): Reply {
  const { call } = request
  const id = `${networkIdOf(request)}/subnets/${param(call, 'subnet')}`
  const name = `${TYPE}/${param(call, 'network')}/subnets/${param(call, 'subnet')}`
  return { status: 200, body: (find(request, id) ?? notFound(request, name)).body }
}

function networkIdOf({ call, resourceGroup }: ResourceGroupRequest): string {
  return `${resourceGroup.id}/providers/${TYPE}/${param(call, 'network')}`
}

function find({ world }: ResourceGroupRequest, id: string): ArmRecord | undefined {
  return world.resources.get(id.toLowerCase())
}

function notFound({ call }: ResourceGroupRequest, name: string): never {
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${name}' under resource group '${param(call, 'resourceGroupName')}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

/** What keeps a container group from living in a subnet: it is not there, is elsewhere, or serves something else. */
export function refuseUnsuitable(
  world: World,
  subnetId: string,
  group: { readonly id: string; readonly subscriptionId: string; readonly location: string },
): void {
  const subnet = world.resources.get(subnetId.toLowerCase())
  const around = world.resources.get(subnetId.toLowerCase().replace(/\/subnets\/[^/]+$/, ''))
  const isHere =
    normaliseLocation(String(around?.body.location)) === group.location &&
    subnetId.toLowerCase().startsWith(`/subscriptions/${group.subscriptionId}/`)
  if (subnet === undefined || !isHere) {
    throw gatewayError(
      400,
      'InvalidResourceReference',
      `Resource ${subnetId} referenced by resource ${group.id} was not found. Please make sure that the referenced resource exists, and that both resources are in the same region.`,
    )
  }
  if (isDelegated(subnet.body)) return
  throw gatewayError(
    400,
    'SubnetMissingRequiredDelegation',
    `Subnet ${subnetId} requires a delegation to Microsoft.ContainerInstance/containerGroups, as resource ${group.id} refers to it.`,
  )
}

function isDelegated({ properties }: JsonObject): boolean {
  const delegations = isJsonObject(properties) && Array.isArray(properties.delegations) ? properties.delegations : []
  return delegations.some(
    (delegation: unknown) =>
      isJsonObject(delegation) &&
      isJsonObject(delegation.properties) &&
      delegation.properties.serviceName === 'Microsoft.ContainerInstance/containerGroups',
  )
}
