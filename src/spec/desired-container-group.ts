import type { Target } from '../engine/adapter.ts'
import { type Properties, sensitive } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { answersHealthProbe, imageOf, REGISTRY, REGISTRY_USER } from './connector.ts'
import type { Surroundings } from './desired.ts'
import { grantsDirectoryReaders, scopesOutside } from './desired-grants.ts'
import type { ContainerGroup, LivenessProbe } from './resources.ts'
import { secureRecord } from './secure-fingerprints.ts'
import {
  CONNECTOR_TAG,
  DIRECTORY_ROLE_TAG,
  GRANT_SCOPES_TAG,
  LAST_APPLIED_TAG,
  MANAGED_BY,
  MANAGED_BY_TAG,
  SECURE_TAG,
  TOKEN_TAG,
} from './tags.ts'

const HEALTH_PROBE: LivenessProbe = {
  path: '/healthz',
  port: 8080,
  initialDelay: 30,
  period: 30,
  failures: 3,
  others: {},
}

type Known = Pick<Surroundings, 'location' | 'tokenFingerprint' | 'secureFingerprints'>

export function desiredContainerGroup(
  inputs: Inputs,
  { location, tokenFingerprint, secureFingerprints }: Known,
  { address, name }: Target,
  kept: Partial<Pick<ContainerGroup['properties'], 'cpu' | 'memory'>> = {},
): ContainerGroup {
  return {
    kind: 'container-group',
    address,
    name,
    properties: {
      location,
      image: imageOf(inputs.connectorVersion),
      cpu: kept.cpu ?? inputs.cpu,
      memory: kept.memory ?? inputs.memory,
      osType: 'Linux',
      restartPolicy: 'Always',
      state: 'Running',
      identity: identityOf(inputs),
      registry: { server: REGISTRY, username: REGISTRY_USER },
      token: sensitive(tokenFingerprint),
      environment: {
        ...inputs.environment,
        ...secureVariables(inputs, secureFingerprints),
        APONO_CONNECTOR_ID: inputs.connectorId,
        APONO_URL: inputs.aponoUrl,
        CONNECTOR_METADATA: metadata(inputs, location),
      },
      livenessProbe: answersHealthProbe(inputs.connectorVersion) ? HEALTH_PROBE : null,
      tags: { ...inputs.tags, ...ownTags(inputs) },
      lastApplied: null,
    },
  }
}

function secureVariables({ environmentSecure }: Inputs, fingerprints: Known['secureFingerprints']): Properties {
  return Object.fromEntries(Object.keys(environmentSecure).map((name) => [name, sensitive(fingerprints[name] ?? null)]))
}

function identityOf({ identity }: Inputs): ContainerGroup['properties']['identity'] {
  const ids = identity.type === 'SystemAssigned' ? [] : identity.ids.map((id) => id.toLowerCase()).sort()
  return { type: identity.type, ids }
}

/** The tags that say whose this group is. The token's fingerprint is a tag too, but belongs to `token`. */
function ownTags(inputs: Inputs): Record<string, string> {
  const scopes = rememberedScopes(inputs)
  return {
    [MANAGED_BY_TAG]: MANAGED_BY,
    [CONNECTOR_TAG]: inputs.connectorId,
    ...(grantsDirectoryReaders(inputs) && { [DIRECTORY_ROLE_TAG]: 'granted' }),
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
  environment,
  lastApplied,
}: ContainerGroup['properties']): Record<string, string> {
  const fingerprint = typeof token === 'object' ? token?.fingerprint : null
  const records = { [TOKEN_TAG]: fingerprint, [SECURE_TAG]: secureRecord(environment), [LAST_APPLIED_TAG]: lastApplied }
  const present = Object.entries({ ...tags, ...records }).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(present.map(([name, value]) => [name, String(value)]))
}
