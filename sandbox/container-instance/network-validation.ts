import { armError } from '../arm-error.ts'
import { checkPort } from './container-validation.ts'
import type { GroupProperties } from './definition.ts'

/** Rules of https://learn.microsoft.com/azure/container-instances/container-instances-virtual-network-concepts */
export function checkNetwork(group: string, properties: GroupProperties): void {
  const { ipAddress, subnetIds } = properties
  if (subnetIds !== undefined) checkSubnet(group, properties)
  if (ipAddress === undefined) return
  if (ipAddress.type === undefined) {
    throw armError(400, 'MissingIpAddressType', `The type in the 'ipAddress' of container group '${group}' is missing.`)
  }
  if (subnetIds === undefined && ipAddress.type === 'Private') {
    throw armError(400, 'MissingSubnet', `Container group '${group}' has a private IP address but no subnet.`)
  }
  checkAddressPorts(group, properties)
  const label = ipAddress.dnsNameLabel
  if (label !== undefined && !/^[a-z][a-z0-9-]{3,61}[a-z0-9]$/.test(label)) {
    throw armError(
      400,
      'InvalidDnsNameLabel',
      `The DNS name label '${label}' of container group '${group}' is invalid.`,
    )
  }
}

function checkSubnet(group: string, { ipAddress, subnetIds = [], priority }: GroupProperties): void {
  if (subnetIds.length !== 1 || !SUBNET_ID.test(subnetIds[0]?.id ?? '')) {
    throw armError(400, 'InvalidSubnetId', `Container group '${group}' must name one subnet by its resource id.`)
  }
  if (ipAddress?.type === 'Public' || ipAddress?.dnsNameLabel !== undefined) {
    throw armError(
      400,
      'InvalidIpAddressTypeForNetworkProfile',
      "IP Address type can't be public when network profile is set.",
    )
  }
  // No client is known to send a subnet without an address, so nothing proves that the service takes it.
  if (ipAddress === undefined) throw missingPorts(group)
  if (priority === 'Spot') {
    throw armError(400, 'SpotNotSupportedInSubnet', `Container group '${group}' is Spot and cannot be in a subnet.`)
  }
}

function checkAddressPorts(group: string, { ipAddress, containers = [] }: GroupProperties): void {
  const ports = ipAddress?.ports ?? []
  if (ports.length === 0) throw missingPorts(group)
  if (ports.length > 5) {
    throw armError(400, 'TooManyIpAddressPorts', `The 'ipAddress' of container group '${group}' has more than 5 ports.`)
  }
  const exposed = containers.flatMap(({ properties }) => properties?.ports?.map(({ port }) => port) ?? [])
  for (const { port } of ports) {
    checkPort(`the 'ipAddress' of container group '${group}'`, port)
    if (!exposed.includes(port)) {
      throw armError(
        400,
        'IpAddressPortNotExposed',
        `The port '${port}' in the 'ipAddress' of container group '${group}' is not a port of any container.`,
      )
    }
  }
}

const SUBNET_ID =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i

function missingPorts(group: string) {
  return armError(
    400,
    'MissingIpAddressPorts',
    `The ports in the 'ipAddress' of container group '${group}' cannot be empty.`,
  )
}
