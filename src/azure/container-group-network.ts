import type { ContainerGroup as ArmGroup, Container, Port } from '@azure/arm-containerinstance'
import type { Properties, Value } from '../engine/resource.ts'
import type { ContainerGroupProperties, GroupNetwork, LogTarget } from '../spec/resources.ts'

type ArmNetwork = Pick<ArmGroup, 'subnetIds' | 'ipAddress' | 'dnsConfig'>

/** The network of a group as a PUT has it; nothing for a group that only calls out. */
export function networkToArm({ subnet, address, dns }: GroupNetwork): ArmNetwork {
  return {
    ...(subnet !== null && { subnetIds: [{ id: subnet }] }),
    ...(address !== null && { ipAddress: { type: address.type, ports: address.ports.map(portToArm) } }),
    ...(dns !== null && { dnsConfig: { nameServers: [...dns.nameServers] } }),
  }
}

export function portToArm(port: string): Port {
  const [protocol = 'TCP', number] = port.split(':')
  return { protocol, port: Number(number) }
}

/** TCP is what Azure takes a port for that names no protocol, and it does not say so. */
function portsFromArm(ports: readonly Port[] | undefined): string[] {
  return (ports ?? []).map(({ protocol, port }) => `${protocol ?? 'TCP'}:${port}`).sort()
}

export function networkFromArm({ subnetIds, ipAddress, dnsConfig }: ArmGroup, container?: Container): GroupNetwork {
  const ids = (subnetIds ?? []).map(({ id }) => id.toLowerCase())
  const ports = portsFromArm(container?.ports)
  return {
    subnet: ids.length === 0 ? null : ids.join(' '),
    address: addressOf(ipAddress, ids.length > 0, ports),
    ports,
    dns: dnsConfig
      ? {
          nameServers: dnsConfig.nameServers,
          ...told('searchDomains', dnsConfig.searchDomains),
          ...told('options', dnsConfig.options),
        }
      : null,
  }
}

/** In a subnet Azure does not tell of the address before the group runs; there is none without. The ip itself is Azure's to choose. */
function addressOf(
  ipAddress: ArmGroup['ipAddress'],
  isInSubnet: boolean,
  ports: readonly string[],
): GroupNetwork['address'] {
  if (!ipAddress) return isInSubnet ? { type: 'Private', ports } : null
  const { type, ports: open, dnsNameLabel } = ipAddress
  return { type, ports: portsFromArm(open), ...told('dnsNameLabel', dnsNameLabel) }
}

/** @param key of the workspace: secret, and only in this body. */
export function logsToArm(
  target: ContainerGroupProperties['logAnalytics'],
  key: string | undefined,
): Pick<ArmGroup, 'diagnostics'> {
  if (target === null || typeof target.workspace !== 'string') return {}
  return { diagnostics: { logAnalytics: { workspaceId: target.workspace, workspaceKey: key ?? '' } } }
}

export function logsFromArm({ diagnostics }: ArmGroup): LogTarget | null {
  const { workspaceId, logType, metadata } = diagnostics?.logAnalytics ?? {}
  if (workspaceId === undefined) return null
  return {
    workspace: workspaceId.toLowerCase(),
    ...told('logType', logType),
    ...(Object.keys(metadata ?? {}).length > 0 && { metadata: { ...metadata } }),
  }
}

function told(name: string, value: Value | undefined): Properties {
  return value === undefined || value === null || value === '' ? {} : { [name]: value }
}
