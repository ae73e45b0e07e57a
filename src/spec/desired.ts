import type { Target } from '../engine/adapter.ts'
import { addressOf, type Properties, type ResourceSet, sensitive } from '../engine/resource.ts'
import type { Inputs } from '../inputs.ts'
import { answersHealthProbe, imageOf, REGISTRY, REGISTRY_USER } from './connector.ts'
import type { ContainerGroup, LivenessProbe } from './resources.ts'
import { CONNECTOR_TAG, MANAGED_BY, MANAGED_BY_TAG, TOKEN_TAG } from './tags.ts'

/** What has to be looked up besides the inputs before desired is complete. */
export type Surroundings = {
  /** Short form of the region that the group goes to. */
  readonly location: string
  /** Keyed fingerprint of the token, or null when the run was given none. */
  readonly tokenFingerprint: string | null
}

const HEALTH_PROBE: LivenessProbe = {
  path: '/healthz',
  port: 8080,
  initialDelay: 30,
  period: 30,
  failures: 3,
  others: {},
}

/** Where the resources of these inputs are, known without asking anybody. */
export function targetsOf(inputs: Inputs): Target[] {
  return [{ address: addressOf('container-group', 0), name: inputs.name }]
}

/** What the user asked for, as resources. Pure. */
export function desiredFrom(inputs: Inputs, surroundings: Surroundings): ResourceSet<ContainerGroup> {
  return new Map(targetsOf(inputs).map((target) => [target.address, containerGroup(inputs, surroundings, target)]))
}

function containerGroup(inputs: Inputs, { location, tokenFingerprint }: Surroundings, target: Target): ContainerGroup {
  return {
    kind: 'container-group',
    ...target,
    properties: {
      location,
      image: imageOf(inputs.connectorVersion),
      cpu: inputs.cpu,
      memory: inputs.memory,
      osType: 'Linux',
      restartPolicy: 'Always',
      identity: 'SystemAssigned',
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

/** The tags that say whose this group is. The token's fingerprint is a tag too, but belongs to `token`. */
function ownTags(inputs: Inputs): Record<string, string> {
  return { [MANAGED_BY_TAG]: MANAGED_BY, [CONNECTOR_TAG]: inputs.connectorId }
}

/** What Apono shows about the connector. `is_azure_admin` tells the truth: no role is granted here. The keys are those of the vendor's guide. */
function metadata(inputs: Inputs, region: string): Properties {
  return {
    cloud_provider: 'AZURE',
    subscription_id: inputs.subscriptionId,
    resource_group: inputs.resourceGroup,
    region,
    is_azure_admin: false,
  }
}

/** All tags as they are sent, the token's fingerprint among them. */
export function sentTags({ tags, token }: ContainerGroup['properties']): Record<string, string> {
  const texts = Object.entries(tags).map(([name, value]) => [name, String(value)] as const)
  const fingerprint = typeof token === 'object' ? token?.fingerprint : null
  return Object.fromEntries(fingerprint ? [...texts, [TOKEN_TAG, fingerprint] as const] : texts)
}
