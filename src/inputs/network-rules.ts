import { isIPv4 } from 'node:net'
import type { Rule } from './reader.ts'
import { broken, choice, items, listOf } from './rule.ts'

/** A connector takes no calls, so a public address is not offered. */
export const ipAddressType = choice(['None', 'Private'], 'ip-address-type: Private')

const SUBNET_ID =
  /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+\/subnets\/[^/]+$/i

/** The name is the Terraform module's; Azure takes one subnet. */
export const subnetIds: Rule<readonly string[]> = {
  allowed: 'the resource id of one subnet',
  example:
    'subnet-ids: /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<network>/subnets/<name>',
  parse(given) {
    const ids = items(given).map((id) => id.replace(/\/$/, ''))
    const wrong = ids
      .filter((id) => !SUBNET_ID.test(id))
      .map((id) => `has ${JSON.stringify(id)}, which is no id of a subnet.`)
    if (wrong.length > 0) return { wrong }
    return ids.length === 1 ? ids : broken(`has ${ids.length} subnets; a container group lives in one.`)
  },
}

export const nameServers = listOf(
  'IPv4 addresses of name servers, one per line',
  'dns-nameservers: 10.0.0.4',
  (item) => (isIPv4(item) ? undefined : 'which is no IPv4 address.'),
)

export const zones = listOf('the numbers of availability zones, one per line: 1, 2, 3', 'zones: 1', (item) =>
  /^[123]$/.test(item) ? undefined : 'which is no zone.',
)
