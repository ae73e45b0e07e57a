import type { Target } from '../engine/adapter.ts'
import { type Properties, sensitive } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { answersHealthProbe, imageOf, REGISTRY, REGISTRY_USER } from './connector.ts'
import type { Surroundings } from './desired.ts'
import { grantsDirectoryReaders } from './desired-grants.ts'
import type { ContainerGroup, LivenessProbe } from './resources.ts'
import { CONNECTOR_TAG, DIRECTORY_ROLE_TAG, MANAGED_BY, MANAGED_BY_TAG, TOKEN_TAG } from './tags.ts'

const HEALTH_PROBE: LivenessProbe = {
  path: '/healthz',
  port: 8080,
  initialDelay: 30,
  period: 30,
  failures: 3,
  others: {},
}

export function desiredContainerGroup(
  inputs: Inputs,
  { location, tokenFingerprint }: Pick<Surroundings, 'location' | 'tokenFingerprint'>,
  { address, name }: Target,
): ContainerGroup {
  return {
    kind: 'container-group',
    address,
    name,
    properties: {
      location,
      image: imageOf(inputs.connectorVersion),
      cpu: inputs.cpu,
      memory: inputs.memory,
      osType: 'Linux',
      restartPolicy: 'Always',
      state: 'Running',
      identity: identityOf(inputs),
      registry: { server: REGISTRY, username: REGISTRY_USER },
      token: sensitive(tokenFingerprint),
      environment: {
        ...inputs.environment,
        APONO_CONNECTOR_ID: inputs.connectorId,
        APONO_URL: inputs.aponoUrl,
        CONNECTOR_METADATA: metadata(inputs, location),
      },
      livenessProbe: answersHealthProbe(inputs.connectorVersion) ? HEALTH_PROBE : null,
      tags: { ...inputs.tags, ...ownTags(inputs) },
    },
  }
}

function identityOf({ identity }: Inputs): ContainerGroup['properties']['identity'] {
  const ids = identity.type === 'SystemAssigned' ? [] : identity.ids.map((id) => id.toLowerCase()).sort()
  return { type: identity.type, ids }
}

/** The tags that say whose this group is. The token's fingerprint is a tag too, but belongs to `token`. */
function ownTags(inputs: Inputs): Record<string, string> {
  return {
    [MANAGED_BY_TAG]: MANAGED_BY,
    [CONNECTOR_TAG]: inputs.connectorId,
    ...(grantsDirectoryReaders(inputs) && { [DIRECTORY_ROLE_TAG]: 'granted' }),
  }
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

/** All tags as they are sent, the token's fingerprint among them. */
export function sentTags({ tags, token }: ContainerGroup['properties']): Record<string, string> {
  const texts = Object.entries(tags).map(([name, value]) => [name, String(value)] as const)
  const fingerprint = typeof token === 'object' ? token?.fingerprint : null
  return Object.fromEntries(fingerprint ? [...texts, [TOKEN_TAG, fingerprint] as const] : texts)
}
