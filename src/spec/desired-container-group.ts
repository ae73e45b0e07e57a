import type { Target } from '../engine/adapter.ts'
import { type Properties, sensitive } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Surroundings } from './desired.ts'
import { grantsDirectoryReaders, scopesOutside } from './desired-grants.ts'
import { hasHealthProbe, imageFor, registryFor } from './image.ts'
import type { ContainerGroup, GroupNetwork, LivenessProbe } from './resources.ts'
import { secureRecord } from './secure-fingerprints.ts'
import {
  CONNECTOR_TAG,
  DIRECTORY_ROLE_GRANTED,
  DIRECTORY_ROLE_TAG,
  GRANT_SCOPES_TAG,
  LAST_APPLIED_TAG,
  MANAGED_BY,
  MANAGED_BY_TAG,
  REGISTRY_TAG,
  SECURE_TAG,
  TOKEN_TAG,
} from './tags.ts'
import { logTarget } from './workspace.ts'
import { zonesOf } from './zones.ts'

const HEALTH_PROBE: LivenessProbe = {
  path: '/healthz',
  port: 8080,
  initialDelay: 30,
  period: 30,
  failures: 3,
  others: {},
}

type Known = Pick<
  Surroundings,
  'location' | 'tokenFingerprint' | 'registryFingerprint' | 'secureFingerprints' | 'customerId' | 'principal'
>

/** What stays as it was found, where the inputs do not say otherwise. */
type Kept = Partial<Pick<ContainerGroup['properties'], 'cpu' | 'memory' | 'containerName'>> & {
  readonly ports?: readonly string[]
}

/** @param replica counts from 0. */
export function desiredContainerGroup(
  inputs: Inputs,
  known: Known,
  { address, name }: Target,
  replica: number,
  kept: Kept = {},
): ContainerGroup {
  return {
    kind: 'container-group',
    address,
    name,
    properties: {
      location: known.location,
      image: imageFor(inputs),
      cpu: kept.cpu ?? inputs.cpu,
      memory: kept.memory ?? inputs.memory,
      osType: 'Linux',
      restartPolicy: 'Always',
      state: 'Running',
      identity: identityOf(inputs),
      registry: registryFor(inputs),
      token: sensitive(known.tokenFingerprint),
      registryPassword: inputs.image?.pull.by === 'password' ? sensitive(known.registryFingerprint) : null,
      network: networkOf(inputs, kept.ports ?? []),
      zones: zonesOf(inputs.zones, replica),
      logAnalytics: logTarget(inputs, known),
      environment: {
        ...inputs.environment,
        ...secureVariables(inputs, known.secureFingerprints),
        APONO_CONNECTOR_ID: inputs.connectorId,
        APONO_URL: inputs.aponoUrl,
        CONNECTOR_METADATA: metadata(inputs, known.location),
      },
      livenessProbe: hasHealthProbe(inputs) ? HEALTH_PROBE : null,
      tags: { ...inputs.tags, ...ownTags(inputs, known.principal) },
      lastApplied: null,
      ...(kept.containerName !== undefined && { containerName: kept.containerName }),
    },
  }
}

function secureVariables({ environmentSecure }: Inputs, fingerprints: Known['secureFingerprints']): Properties {
  return Object.fromEntries(Object.keys(environmentSecure).map((name) => [name, sensitive(fingerprints[name] ?? null)]))
}

/** A group in a subnet has an address, and an address has a port: 80 as with the vendor's tools, where nothing listens. */
const PORTS = ['TCP:80']

function networkOf({ subnet }: Inputs, ports: readonly string[]): GroupNetwork {
  if (subnet === null) return { subnet: null, address: null, ports, dns: null }
  return {
    subnet: subnet.id.toLowerCase(),
    address: { type: 'Private', ports: PORTS },
    ports: PORTS,
    dns: subnet.nameServers.length === 0 ? null : { nameServers: subnet.nameServers },
  }
}

function identityOf({ identity }: Inputs): ContainerGroup['properties']['identity'] {
  const ids = identity.type === 'SystemAssigned' ? [] : identity.ids.map((id) => id.toLowerCase()).sort()
  return { type: identity.type, ids }
}

/** The tags that say whose this group is. The token's fingerprint is a tag too, but belongs to `token`. */
function ownTags(inputs: Inputs, principal: string | null): Record<string, string> {
  const scopes = rememberedScopes(inputs)
  return {
    [MANAGED_BY_TAG]: MANAGED_BY,
    [CONNECTOR_TAG]: inputs.connectorId,
    ...(grantsDirectoryReaders(inputs) && { [DIRECTORY_ROLE_TAG]: principal ?? DIRECTORY_ROLE_GRANTED }),
    ...(scopes !== '' && { [GRANT_SCOPES_TAG]: scopes }),
  }
}

const LONGEST_TAG = 256

/** Where to look later: whole subscriptions and management groups, as many as a tag can hold, in a fixed order. */
function rememberedScopes(inputs: Inputs): string {
  const roots = scopesOutside(inputs).map((scope) => /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? scope)
  return [...new Set(roots)]
    .sort()
    .reduce((kept, scope) => (`${kept} ${scope}`.length > LONGEST_TAG ? kept : `${kept} ${scope}`.trim()), '')
}

/** What Apono shows about the connector. `is_azure_admin` tells the truth about its rights. The keys are those of the vendor's guide. */
function metadata(inputs: Inputs, region: string): Properties {
  return {
    cloud_provider: 'AZURE',
    subscription_id: inputs.subscriptionId,
    resource_group: inputs.resourceGroup,
    region,
    is_azure_admin: inputs.permissions.scope !== 'none',
  }
}

/** All tags as they are sent, our records among them. */
export function sentTags({
  tags,
  token,
  registryPassword,
  environment,
  lastApplied,
}: ContainerGroup['properties']): Record<string, string> {
  const fingerprint = typeof token === 'object' ? token?.fingerprint : null
  const records = {
    [TOKEN_TAG]: fingerprint,
    [REGISTRY_TAG]: registryPassword?.fingerprint,
    [SECURE_TAG]: secureRecord(environment),
    [LAST_APPLIED_TAG]: lastApplied,
  }
  const present = Object.entries({ ...tags, ...records }).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, String(value)]))
}
