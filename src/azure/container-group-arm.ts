import type {
  ContainerGroup as ArmGroup,
  Container,
  ContainerGroupIdentity,
  ContainerProbe,
} from '@azure/arm-containerinstance'
import { type Properties, sensitive, type Value } from '../engine/resource.ts'
import { CONTAINER_NAME } from '../spec/connector.ts'
import { sentTags } from '../spec/desired-container-group.ts'
import type { ContainerGroupProperties, LivenessProbe } from '../spec/resources.ts'
import type { Secrets } from '../spec/secrets.ts'
import { LAST_APPLIED_TAG, REGISTRY_TAG, SECURE_TAG, TOKEN_TAG } from '../spec/tags.ts'
import { logsFromArm, logsToArm, networkFromArm, networkToArm, portToArm } from './container-group-network.ts'
import { connectorIdIn, environmentOf, tokenOf, variablesOf } from './container-group-variables.ts'

/** The body of a PUT. Always the whole group, since whatever is left out goes back to its default. */
export function toArm(group: ContainerGroupProperties, secrets: Secrets): ArmGroup {
  const { location, osType, identity, cpu, memory: memoryInGB, image, network, zones } = group
  const { token, environment, registryPassword = token, workspaceKey } = secrets
  const container: Container = {
    name: group.containerName ?? CONTAINER_NAME,
    image,
    environmentVariables: [...variablesOf(group, environment), { name: 'APONO_TOKEN', secureValue: token }],
    resources: { requests: { cpu, memoryInGB } },
    ...(network.ports.length > 0 && { ports: network.ports.map(portToArm) }),
    ...(group.livenessProbe && { livenessProbe: toArmProbe(group.livenessProbe) }),
  }
  return {
    location,
    osType,
    identity: toArmIdentity(identity),
    restartPolicy: group.restartPolicy,
    containers: [container],
    ...credentialsOf(group, registryPassword),
    ...networkToArm(network),
    ...logsToArm(group.logAnalytics, workspaceKey),
    ...(zones && { zones: [...zones] }),
    tags: sentTags(group),
  }
}

function credentialsOf(
  { registry }: ContainerGroupProperties,
  password: string,
): Pick<ArmGroup, 'imageRegistryCredentials'> {
  if (registry === null) return {}
  return { imageRegistryCredentials: ['identity' in registry ? { ...registry } : { ...registry, password }] }
}

function registryOf({ imageRegistryCredentials }: ArmGroup): ContainerGroupProperties['registry'] {
  const credential = imageRegistryCredentials?.[0]
  if (credential === undefined) return null
  const { server, identity, username = '' } = credential
  return identity ? { server, identity: identity.toLowerCase() } : { server, username }
}

function toArmIdentity({ type, ids }: ContainerGroupProperties['identity']): ContainerGroupIdentity {
  const kind = IDENTITY_TYPES.find((known) => known === type) ?? 'None'
  return ids.length === 0
    ? { type: kind }
    : { type: kind, userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }
}

const IDENTITY_TYPES = ['SystemAssigned', 'UserAssigned', 'SystemAssigned, UserAssigned'] as const

function identityOf({ identity }: ArmGroup): ContainerGroupProperties['identity'] {
  const ids = Object.keys(identity?.userAssignedIdentities ?? {}).map((id) => id.toLowerCase())
  return { type: identity?.type ?? 'None', ids: ids.sort() }
}

function toArmProbe({ path, port, initialDelay, period, failures }: LivenessProbe): ContainerProbe {
  return {
    httpGet: { path, port, scheme: 'http' },
    initialDelaySeconds: initialDelay,
    periodSeconds: period,
    failureThreshold: failures,
  }
}

/** What Azure has, in our words and normalised: defaults that the service fills in or leaves out are settled here. */
export function fromArm(group: ArmGroup): ContainerGroupProperties {
  const container = connectorContainer(group)
  const variables = container?.environmentVariables ?? []
  const {
    [TOKEN_TAG]: fingerprint,
    [SECURE_TAG]: secureRecord,
    [REGISTRY_TAG]: registryFingerprint,
    [LAST_APPLIED_TAG]: lastApplied = null,
    ...tags
  } = group.tags ?? {}
  return {
    location: shortRegion(group.location ?? ''),
    image: container?.image ?? '',
    cpu: container?.resources.requests.cpu ?? 0,
    memory: container?.resources.requests.memoryInGB ?? 0,
    osType: group.osType,
    restartPolicy: group.restartPolicy ?? 'Always',
    state: stateOf(group),
    identity: identityOf(group),
    registry: registryOf(group),
    token: tokenOf(variables, fingerprint),
    registryPassword: registryFingerprint === undefined ? null : sensitive(registryFingerprint),
    network: networkFromArm(group, container),
    zones: group.zones?.length ? group.zones : null,
    logAnalytics: logsFromArm(group),
    environment: environmentOf(variables, secureRecord),
    livenessProbe: fromArmProbe(container?.livenessProbe),
    tags,
    lastApplied,
    ...othersOf(group, container),
  }
}

/** A group made by hand may name its container anything: the connector is the one that knows its id. */
export function connectorContainer({ containers }: ArmGroup): Container | undefined {
  return (
    containers.find(({ environmentVariables }) => connectorIdIn(environmentVariables) !== undefined) ?? containers[0]
  )
}

/** Depend on the end states only: https://learn.microsoft.com/azure/container-instances/container-state */
function stateOf({ provisioningState, instanceView }: ArmGroup): string {
  if (provisioningState === 'Failed') return PROVISIONING_FAILED
  const state = instanceView?.state
  return state !== undefined && ENDED.includes(state) ? state : 'Running'
}

/** Azure calls this Failed, and a group whose containers ended with an error too. */
export const PROVISIONING_FAILED = 'ProvisioningFailed'

/** A connector never ends by itself, so these mean that it does not run. */
export const ENDED: readonly string[] = ['Stopped', 'Succeeded', 'Failed', 'Terminated']

/** "West Europe" and "westeurope" are the same region. */
export function shortRegion(region: string): string {
  return region.replaceAll(' ', '').toLowerCase()
}

/** A probe of our form in our words; whatever else it has stays beside them, so that it shows. */
function fromArmProbe(probe: ContainerProbe | undefined): ContainerGroupProperties['livenessProbe'] {
  if (probe === undefined) return null
  const { httpGet, initialDelaySeconds, periodSeconds, failureThreshold, successThreshold, timeoutSeconds, ...rest } =
    probe
  const { path = '', port = 0, scheme = 'http', httpHeaders = [] } = httpGet ?? {}
  return {
    path,
    port,
    initialDelay: initialDelaySeconds ?? 0,
    period: periodSeconds ?? 10,
    failures: failureThreshold ?? 3,
    others: {
      ...unless(scheme, 'http', 'scheme'),
      ...unless(successThreshold ?? 1, 1, 'successThreshold'),
      ...unless(timeoutSeconds ?? 1, 1, 'timeoutSeconds'),
      ...present({ ...rest, httpHeaders }),
    },
  }
}

/** Everything that we never ask for. A PUT of ours would take it away, so the plan has to show it. */
function othersOf(group: ArmGroup, connector: Container | undefined): Properties {
  const { initContainers, volumes, priority, sku } = group
  const { command, volumeMounts, readinessProbe, securityContext, resources } = connector ?? {}
  const others = group.containers.filter((container) => container !== connector)
  const credentials = (group.imageRegistryCredentials ?? []).slice(1).map(({ server }) => server)
  return {
    ...unless(connector?.name ?? '', CONTAINER_NAME, 'containerName'),
    ...unless(sku ?? 'Standard', 'Standard', 'sku'),
    ...unless(priority ?? 'Regular', 'Regular', 'priority'),
    ...present({
      containers: others.map(({ name, image }) => `${name} (${image})`),
      registries: credentials,
      initContainers: (initContainers ?? []).map(({ name, image }) => `${name} (${image})`),
      volumes: (volumes ?? []).map(({ name }) => name),
      gpu: resources?.requests.gpu,
      limits: resources?.limits,
      encryption: group.encryptionProperties,
      confidential: group.confidentialComputeProperties,
      extensions: (group.extensions ?? []).map(({ name }) => name),
      command,
      volumeMounts,
      readinessProbe,
      securityContext,
    }),
  }
}

function unless<T extends Value>(value: T, expected: T, name: string): Properties {
  return value === expected ? {} : { [name]: value }
}

/** Only what is there: null, empty lists and empty objects are Azure's ways of saying nothing. */
function present(values: Readonly<Record<string, unknown>>): Properties {
  const entries = Object.entries(values).map(([name, value]) => [name, plain(value)] as const)
  return Object.fromEntries(entries.filter(([, value]) => !isEmpty(value)))
}

function plain(value: unknown): Value {
  // What JSON.parse gives back is made of plain values only; dates and undefined are gone.
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as Value)
}

function isEmpty(value: Value): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}
