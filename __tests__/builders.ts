import type { ContainerGroup as ArmGroup, Container } from '@azure/arm-containerinstance'
import fc from 'fast-check'
import { containerGroupRules } from '../src/azure/container-group.ts'
import { toArm } from '../src/azure/container-group-arm.ts'
import type { Subject } from '../src/azure/errors.ts'
import type { Rules } from '../src/engine/adapter.ts'
import { makePlan, type Plan } from '../src/engine/plan.ts'
import {
  type Actual,
  addressOf,
  type Properties,
  type Resource,
  sensitive,
  type Value,
} from '../src/engine/resource.ts'
import { DeployError } from '../src/errors.ts'
import type { Inputs } from '../src/inputs/inputs.ts'
import { desiredFrom, type Surroundings } from '../src/spec/desired.ts'
import type { ContainerGroup, ContainerGroupProperties } from '../src/spec/resources.ts'
import type { Secrets } from '../src/spec/secrets.ts'

export const CLIENT_ID = '3f6c1c52-8a0e-4e0b-9a54-0d2f6e1b7c11'
export const TENANT_ID = '9b7d20f4-51c3-4a86-b3de-6c1f0a9e8d22'
export const SUBSCRIPTION_ID = '5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33'
export const ARM_ID = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`
export const PRINCIPAL_ID = 'c8a1e6d3-7b42-4f59-9d0c-2e5f8a6b1d44'

/** Must never be seen in anything that a run shows. */
export const TOKEN = 'apono-canary-7Qm2xV9tL4'
export const SECRETS: Secrets = { token: TOKEN, environment: {} }
export const TOKEN_FINGERPRINT = '1.5f0c9a7e3b1d48260a9c4e7f12d3b6a8'
export const OTHER_FINGERPRINT = '1.d41e77b05c2f9a8831604be9c7f5a20d'

/** Whom and what an error of Azure is about. */
export const SUBJECT: Subject = {
  clientId: CLIENT_ID,
  tenantId: TENANT_ID,
  subscriptionId: SUBSCRIPTION_ID,
  resourceGroup: 'rg-apono',
  name: 'apono-connector',
  operation: 'apply',
}

/** What a usual run asks for. */
export function someInputs(changes: Partial<Inputs> = {}): Inputs {
  return {
    operation: 'plan',
    auth: { by: 'oidc', clientId: CLIENT_ID },
    tenantId: TENANT_ID,
    subscriptionId: SUBSCRIPTION_ID,
    cloud: { name: 'public' },
    resourceGroup: 'rg-apono',
    location: undefined,
    aponoToken: TOKEN,
    aponoTokenSecret: undefined,
    connectorId: 'apono-connector',
    name: 'apono-connector',
    given: { name: false, cpu: false, memory: false },
    adopt: 'yes',
    replicas: 1,
    subnet: null,
    zones: [],
    image: null,
    logAnalytics: { to: 'nowhere' },
    deleteWorkspace: false,
    connectorVersion: 'v1.7.8',
    aponoUrl: 'api.apono.io',
    cpu: 1,
    memory: 2,
    environment: { LOG_LEVEL: 'info' },
    environmentSecure: {},
    tags: { team: 'platform', 'cost-center': '4711' },
    permissions: { scope: 'none' },
    identity: { type: 'SystemAssigned' },
    extraRoleAssignments: [],
    aponoApiToken: undefined,
    aponoApiUrl: 'https://api.apono.io',
    force: false,
    allowReplace: false,
    expectedPlan: undefined,
    failOnDrift: true,
    autoRepair: false,
    wait: 'running',
    waitTimeout: 600,
    timeout: 1200,
    label: undefined,
    summary: true,
    githubToken: undefined,
    comment: 'auto',
    driftIssue: false,
    driftIssueLabels: [],
    driftIssueAssignees: [],
    ...changes,
  }
}

/** What is looked up for a usual run: West Europe, and nothing else to ask for. */
export function someSurroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    location: 'westeurope',
    tokenFingerprint: TOKEN_FINGERPRINT,
    secureFingerprints: {},
    registryFingerprint: null,
    principal: null,
    pull: null,
    customerId: null,
    roles: new Map(),
    ...changes,
  }
}

/** The container group that these inputs ask for, in West Europe. */
export function desiredGroup(
  changes: Partial<Inputs> = {},
  tokenFingerprint: string | null = TOKEN_FINGERPRINT,
): ContainerGroup {
  const wanted = [...desiredFrom(someInputs(changes), someSurroundings({ tokenFingerprint }), new Map()).values()]
  return theOne(wanted.filter((resource) => resource.kind === 'container-group'))
}

/** A group as Azure has it: ours, and running, unless `changes` says otherwise. */
export function actualGroup(
  properties: ContainerGroupProperties = desiredGroup().properties,
  changes: Partial<Actual<ContainerGroup>> = {},
): Actual<ContainerGroup> {
  return {
    resource: { ...desiredGroup(), properties },
    armId: ARM_ID,
    ownership: { by: 'us' },
    health: { is: 'ready' },
    attributes: { 'principal-id': PRINCIPAL_ID, state: 'Running' },
    ...changes,
  }
}

/**
 * What a GET shows of a group that was PUT: secrets are gone, defaults are filled in, and what is read-only has appeared.
 * https://learn.microsoft.com/azure/container-instances/container-instances-environment-variables#secure-values
 */
export function asReturned(sent: ArmGroup): ArmGroup {
  return {
    ...sent,
    identity: { ...sent.identity, principalId: 'c8a1e6d3', tenantId: '9b7d20f4' },
    sku: 'Standard',
    provisioningState: 'Succeeded',
    initContainers: [],
    instanceView: { events: [], state: 'Running' },
    imageRegistryCredentials: sent.imageRegistryCredentials?.map(({ password: _password, ...shown }) => shown) ?? [],
    ...(sent.diagnostics?.logAnalytics && {
      diagnostics: { logAnalytics: { ...sent.diagnostics.logAnalytics, workspaceKey: '' } },
    }),
    containers: sent.containers.map((container) => ({
      ...container,
      ports: container.ports ?? [],
      environmentVariables: container.environmentVariables?.map(({ secureValue: _secret, ...shown }) => shown) ?? [],
      instanceView: { restartCount: 0, events: [] },
    })),
  }
}

/** The usual group as Azure shows it, and what may be different in it. */
export function returnedGroup(changes: Partial<ArmGroup> = {}, container: Partial<Container> = {}): ArmGroup {
  const group = asReturned(toArm(desiredGroup().properties, SECRETS))
  return { ...group, containers: [{ ...theOne(group.containers), ...container }], ...changes }
}

/** The plan from what is there (nothing, if left out) to what is wanted, by the rules of container groups. */
export function planOf(after: ContainerGroup, before?: Actual<ContainerGroup>): Plan<ContainerGroup> {
  const actual = new Map(before === undefined ? [] : [[after.address, before] as const])
  return makePlan(new Map([[after.address, after]]), actual, () => containerGroupRules)
}

/** The only element of a list. */
export function theOne<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length !== 1) throw new Error(`expected one item, not ${items.length}`)
  return item
}

/** The DeployError that `work` throws. Fails the test when it throws none or anything else. */
export async function deployErrorOf(work: () => unknown): Promise<DeployError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof DeployError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

/** A kind that only the engine's tests know: `size` forces a replace, `label` costs nothing, anything else a restart. */
export const thingRules: Rules = {
  impactOf: ({ path: [first] }) => (first === 'size' ? 'replace' : first === 'label' ? 'none' : 'restart'),
  knownAfterApply: ['serial-number'],
}

export function thing(index: number, properties: Properties): Resource {
  return { kind: 'thing', address: addressOf('thing', index), name: `thing-${index}`, properties }
}

export function actualThing(resource: Resource, changes: Partial<Actual> = {}): Actual {
  const armId = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono/providers/Example.Things/things/${resource.name}`
  return { resource, armId, ownership: { by: 'us' }, health: { is: 'ready' }, attributes: {}, ...changes }
}

/** Names that collide with what every object inherits; a map of tags may well hold them. */
export const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype))

const propertyName = fc.string({ maxLength: 8 }).filter((name) => !INHERITED.has(name) && name !== 'sensitive')
const plain = fc.oneof(fc.constant(null), fc.string(), fc.integer(), fc.boolean())
const secret = fc.constantFrom(null, '1.a', '1.b').map(sensitive)

/** Properties of any shape, secrets among them. */
export const someProperties: fc.Arbitrary<Properties> = fc.letrec<{ value: Value; properties: Properties }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, plain, secret, fc.array(tie('value'), { maxLength: 3 }), tie('properties')),
  properties: fc.dictionary(fc.oneof(fc.constantFrom('size', 'label', 'image', 'token'), propertyName), tie('value'), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
})).properties

/** Up to four things, each address at most once. */
export const someThings: fc.Arbitrary<Resource[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  .chain((indices) => fc.tuple(...indices.map((index) => someProperties.map((properties) => thing(index, properties)))))
