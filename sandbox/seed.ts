import { randomBytes } from 'node:crypto'
import { addMember } from './directory.ts'
import { addVault, setSecret } from './key-vault/vault.ts'
import { identityRecord } from './managed-identity-record.ts'
import type { Random } from './random.ts'
import { BUILT_IN_ROLES } from './role-definitions.ts'
import { managementGroupId } from './scopes.ts'
import { addElsewhere } from './seed-elsewhere.ts'
import { addNetworks, REGISTRY_NAME, registryId } from './seed-network.ts'
import { addRoleAssignment } from './subscription-content.ts'
import type { Application, ArmRecord, Registry, World } from './world.ts'

const REPOSITORY = 'acme/infrastructure'
/** The form GitHub gives the subjects of newer repositories: names with their numeric ids. */
const IMMUTABLE_REPOSITORY = 'acme@1001/infrastructure@2002'
const DEPLOYER_CONTEXTS = ['ref:refs/heads/main', 'pull_request', 'environment:production']
const PLANNER_CONTEXTS = ['pull_request']

const RESOURCE_GROUP = 'rg-apono'
const MANAGEMENT_GROUP = 'mg-platform'
const VAULT = 'acme-vault'

export type SeededInputs = {
  readonly clientId: string
  readonly tenantId: string
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly location: string
  readonly aponoToken: string
}

/**
 * A small company: one tenant, a management group with one subscription, two resource groups in it, and another management group
 * beside it. A deployer who may do all that an install needs, one who is limited to what takes no granting of rights, and a
 * planner who may read.
 */
export function seedWorld({ origin, clock, random }: Pick<World, 'origin' | 'clock' | 'random'>): World {
  const tenantId = random.guid()
  const subscriptionId = random.guid()
  const deployer = application('deployer', DEPLOYER_CONTEXTS, origin, random)
  const planner = application('planner', PLANNER_CONTEXTS, origin, random)
  deployer.appRoles.push('RoleManagement.ReadWrite.Directory')
  planner.appRoles.push('RoleManagement.Read.Directory')
  const aponoToken = `apono-connector-token-${random.guid()}`
  const world: World = {
    origin,
    clock,
    random,
    tenants: [
      {
        tenantId,
        applications: [deployer, planner],
        managedIdentities: [],
        members: [],
        directoryRoleAssignments: [],
      },
    ],
    subscriptions: [
      {
        subscriptionId,
        tenantId,
        displayName: 'Acme Production',
        managedByTenants: [],
        managementGroup: MANAGEMENT_GROUP,
        providers: new Map([
          ['Microsoft.ContainerInstance', 'Registered'],
          ['Microsoft.ContainerRegistry', 'Registered'],
          ['Microsoft.ManagedIdentity', 'Registered'],
          ['Microsoft.Network', 'Registered'],
          ['Microsoft.OperationalInsights', 'Registered'],
        ]),
        registeredFrom: new Map(),
      },
    ],
    managementGroups: [
      { name: tenantId, displayName: 'Tenant Root Group', tenantId },
      { name: MANAGEMENT_GROUP, displayName: 'Acme Platform', tenantId, parent: tenantId },
    ],
    resources: new Map(),
    deletedWorkspaces: new Map(),
    roleAssignments: new Map(),
    containerGroups: new Map(),
    groupOperations: new Map(),
    registries: registries(aponoToken, random, subscriptionId),
    customRoles: [],
    vaults: [],
    runner: { identityHeader: randomBytes(16).toString('hex'), identities: [] },
    aponoToken,
    timing: {
      pendingMs: 300,
      pullMs: 300,
      startMs: 300,
      exitAfterMs: 200,
      backOffMs: 2_000,
      firstProbeMs: 15_000,
      registrationMs: 500,
      replicationMs: 500,
      graphConsistencyMs: 200,
      workspaceMs: 300,
      connectMs: 1_000,
      lingerMs: 0,
      lookMs: 0,
    },
    quota: { cores: 100, groups: 100 },
    roleAssignmentLimits: { subscription: 4_000, managementGroup: 500, page: 250 },
    containerBehaviour: 'running',
    connectorLog: [],
    nextOperationFailure: undefined,
  }
  addResourceGroup(world, subscriptionId, RESOURCE_GROUP, 'westeurope')
  addResourceGroup(world, subscriptionId, 'rg-other', 'northeurope')
  addNetworks(world, subscriptionId, RESOURCE_GROUP)
  addUserAssignedIdentity(world, subscriptionId, tenantId)
  const limited = application('limited', DEPLOYER_CONTEXTS, origin, random)
  world.tenants[0]?.applications.push(limited)
  const subscription = `/subscriptions/${subscriptionId}`
  for (const scope of [subscription, managementGroupId(MANAGEMENT_GROUP)]) {
    assign(world, scope, deployer, BUILT_IN_ROLES.contributor.guid)
    assign(world, scope, deployer, BUILT_IN_ROLES.userAccessAdministrator.guid)
  }
  assign(world, subscription, limited, BUILT_IN_ROLES.contributor.guid)
  assign(world, subscription, planner, BUILT_IN_ROLES.reader.guid)
  const alice = addMember(world, { kind: 'User', displayName: 'Alice' })
  addMember(world, { kind: 'Group', displayName: 'engineers', memberIds: [alice.objectId] })
  addElsewhere(world, tenantId, deployer)
  addVault(world, tenantId, `${subscription}/resourceGroups/${RESOURCE_GROUP}`, VAULT)
  setSecret(world, { vault: VAULT, name: 'apono-token', value: aponoToken })
  return world
}

/** What a user of the action would put into the workflow to deploy into this world as the deployer. */
export function seededInputs(world: World): SeededInputs {
  const tenant = world.tenants[0]
  const deployer = tenant?.applications.find((application) => application.displayName === 'deployer')
  const subscription = world.subscriptions[0]
  if (tenant === undefined || deployer === undefined || subscription === undefined) {
    throw new Error('This world was not made by seedWorld.')
  }
  return {
    clientId: deployer.clientId,
    tenantId: tenant.tenantId,
    subscriptionId: subscription.subscriptionId,
    resourceGroup: RESOURCE_GROUP,
    location: 'westeurope',
    aponoToken: world.aponoToken,
  }
}

function application(displayName: string, contexts: readonly string[], origin: string, random: Random): Application {
  const subjects = [REPOSITORY, IMMUTABLE_REPOSITORY].flatMap((repository) =>
    contexts.map((context) => `repo:${repository}:${context}`),
  )
  return {
    clientId: random.guid(),
    objectId: random.guid(),
    displayName,
    appRoles: [],
    federatedCredentials: subjects.map((subject) => ({
      issuer: `${origin}/github`,
      subject,
      audience: 'api://AzureADTokenExchange',
    })),
    clientSecrets: [],
    certificates: [],
  }
}

function registries(aponoToken: string, random: Random, subscriptionId: string): Registry[] {
  const release = /^v\d+\.\d+\.\d+$/
  const anyTag = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/
  const connector = [{ repository: /^apono-connector$/, tag: release }]
  return [
    { server: 'registry.apono.io', credentials: { username: 'apono', password: aponoToken }, images: connector },
    // A mirror in the customer's own registry: the only kind of private registry a group in a subnet can pull from.
    {
      server: `${REGISTRY_NAME}.azurecr.io`,
      resourceId: registryId(subscriptionId),
      credentials: { username: 'acme', password: `acr-password-${random.guid()}` },
      images: connector,
    },
    { server: 'mcr.microsoft.com', images: [{ repository: /^[a-z0-9._/-]+$/, tag: anyTag }] },
    {
      server: 'index.docker.io',
      images: [{ repository: /^library\/(alpine|busybox|hello-world|httpd|nginx|redis|ubuntu)$/, tag: anyTag }],
    },
  ]
}

function addResourceGroup(world: World, subscriptionId: string, name: string, location: string): void {
  const id = `/subscriptions/${subscriptionId}/resourceGroups/${name}`
  addResource(world, {
    id,
    body: {
      id,
      name,
      type: 'Microsoft.Resources/resourceGroups',
      location,
      properties: { provisioningState: 'Succeeded' },
    },
  })
}

/** An identity to assign to groups. */
function addUserAssignedIdentity(world: World, subscriptionId: string, tenantId: string): void {
  const id = `/subscriptions/${subscriptionId}/resourcegroups/${RESOURCE_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
  // It has been there for long: the directory knows it everywhere.
  const identity = {
    objectId: world.random.guid(),
    clientId: world.random.guid(),
    displayName: 'id-apono',
    replicatedFrom: 0,
  }
  world.tenants[0]?.managedIdentities.push(identity)
  addResource(world, identityRecord({ id, tenantId, location: 'westeurope', tags: {} }, identity))
}

function addResource(world: World, record: ArmRecord): void {
  world.resources.set(record.id.toLowerCase(), record)
}

function assign(world: World, scope: string, { objectId }: Application, roleDefinitionId: string): void {
  addRoleAssignment(world, { scope, roleDefinitionId, principalId: objectId })
}
