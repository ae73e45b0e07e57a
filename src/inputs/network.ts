import * as rule from './network-rules.ts'
import type { InputReader, Unchecked } from './reader.ts'

/** How the connector's groups are connected, and where in the region they stand. */
export type Network = {
  /** The subnet that the groups live in, each with a private address; null for groups that only call out. */
  readonly subnet: Subnet | null
  /** Availability zones, given to the replicas in turn; empty leaves the choice to Azure. */
  readonly zones: readonly string[]
}

export type Subnet = {
  readonly id: string
  /** Empty for Azure's own name servers. */
  readonly nameServers: readonly string[]
}

export function readNetwork(read: InputReader): Unchecked<Network> {
  return { subnet: readSubnet(read), zones: read.optional('zones', rule.zones) ?? [] }
}

function readSubnet(read: InputReader): Subnet | null | undefined {
  const type = read.required('ip-address-type', rule.ipAddressType)
  const ids = read.optional('subnet-ids', rule.subnetIds)
  const nameServers = read.optional('dns-nameservers', rule.nameServers)
  if (type === 'Private') {
    if (ids === undefined) read.require('subnet-ids', rule.subnetIds)
    const [id] = ids ?? []
    return id === undefined ? undefined : { id, nameServers: nameServers ?? [] }
  }
  for (const input of ['subnet-ids', 'dns-nameservers'])
    if (read.isSet(input))
      read.reject(input, {
        wrong: 'is set, but `ip-address-type` asks for no subnet.',
        allowed: 'nothing without a subnet',
        example: 'ip-address-type: Private',
      })
  return type === undefined ? undefined : null
}
