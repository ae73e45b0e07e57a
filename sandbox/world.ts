import type { Clock } from './clock.ts'
import type { ContainerGroup, GroupOperation, ServiceEvent } from './container-instance/group.ts'
import type { Vault } from './key-vault/vault.ts'
import type { JsonObject } from './protocol.ts'
import type { Random } from './random.ts'
import type { RoleDefinition } from './role-definitions.ts'

/** An app registration with its service principal, as Entra keeps it. */
export type Application = {
  readonly clientId: string
  /** Object id of the service principal: the `oid` of its tokens and the principal of its role assignments. */
  readonly objectId: string
  readonly displayName: string
  /** What an administrator has granted it in Microsoft Graph, e.g. `RoleManagement.Read.Directory`. */
  readonly appRoles: string[]
  readonly federatedCredentials: { readonly issuer: string; readonly subject: string; readonly audience: string }[]
  readonly clientSecrets: { readonly secret: string; readonly expires: number }[]
  /** PEM, without their keys. */
  readonly certificates: string[]
}

/** A managed identity that the machine of the runner has, as the endpoints on it give out its tokens. */
export type RunnerIdentity = {
  readonly kind: 'SystemAssigned' | 'UserAssigned'
  readonly tenantId: string
  readonly clientId: string
  readonly objectId: string
}

/** The service principal Entra makes for an identity of an Azure resource, and removes with it. */
export type ManagedIdentity = {
  readonly objectId: string
  readonly clientId: string
  readonly displayName: string
  /** When the directory has copied it everywhere, in milliseconds since the epoch. Before that others do not find it. */
  readonly replicatedFrom: number
}

/** A user, or a group with the object ids of its members. */
export type Member = {
  readonly objectId: string
  readonly displayName: string
  readonly kind: 'User' | 'Group'
  readonly memberIds: string[]
}

/** A directory role that a principal holds. Graph answers from copies, which learn of it and of its end only later. */
export type DirectoryRoleAssignment = {
  readonly id: string
  readonly principalId: string
  readonly roleDefinitionId: string
  readonly directoryScopeId: string
  readonly shownFrom: number
  /** Set once it is deleted: until then, copies still show it. */
  readonly shownUntil?: number
}

export type Tenant = {
  readonly tenantId: string
  readonly applications: Application[]
  readonly managedIdentities: ManagedIdentity[]
  readonly members: Member[]
  readonly directoryRoleAssignments: DirectoryRoleAssignment[]
}

export type ManagementGroup = {
  /** Its id, which never changes; the tenant's id for the root. */
  readonly name: string
  readonly displayName: string
  readonly tenantId: string
  /** Name of the group above; absent for the root. */
  readonly parent?: string
}

export type Subscription = {
  readonly subscriptionId: string
  readonly tenantId: string
  readonly displayName: string
  /** Tenants it was delegated to (Azure Lighthouse), whose principals may act in it too. */
  readonly managedByTenants: string[]
  /** Name of the management group it is in. */
  readonly managementGroup: string
  /** Registration state by provider namespace, e.g. `Microsoft.ContainerInstance` → `Registered`. */
  readonly providers: Map<string, string>
  /** When a namespace that is `Registering` becomes `Registered`, in milliseconds since the epoch. */
  readonly registeredFrom: Map<string, number>
}

/** Any ARM resource or resource group as the service keeps it inside, secrets included; its service decides what a reader sees. */
export type ArmRecord = { readonly id: string; body: JsonObject }

/** A container registry. `tag` decides which tags of a repository exist. Without credentials anyone may pull. */
export type Registry = {
  readonly server: string
  readonly credentials?: { readonly username: string; readonly password: string }
  readonly images: readonly { readonly repository: RegExp; readonly tag: RegExp }[]
  /** Of an Azure registry, which gives images to identities with AcrPull on it too. */
  readonly resourceId?: string
}

/** How long things take, in milliseconds of the sandbox's clock. Applies to what begins after it was set. */
export type Timing = {
  /** A new operation stays `Pending` this long. */
  pendingMs: number
  pullMs: number
  startMs: number
  /** A failing or finishing container runs this long, */
  exitAfterMs: number
  /** and waits this long before it is started again. */
  backOffMs: number
  /** From the end of a probe's initial delay until it is asked for the first time: a kubelet asks when its turn comes, within a period. */
  firstProbeMs: number
  /** From the registration of a resource provider until it is `Registered`. */
  registrationMs: number
  /** From the making of an identity until the directory has copied it everywhere. */
  replicationMs: number
  /** How far the copies that Graph reads directory roles from lag behind. */
  graphConsistencyMs: number
  /** From the making of a workspace until it is `Succeeded`. */
  workspaceMs: number
  /** From the start of a connector's container until Apono lists its session. */
  connectMs: number
  /** How long Apono goes on to list the session of a container that is no more. */
  lingerMs: number
  /** What passes before each look at a group that has been launched, or at connectors in Apono: for those who would only wait. */
  lookMs: number
}

/** How many role assignments there may be, and how many of them fit on a page of a list. */
export type RoleAssignmentLimits = { subscription: number; managementGroup: number; page: number }

/**
 * What containers do once started, or why they are not: `unpullable-…` images are refused in the middle of a launch, `no-egress`
 * connectors reach nobody. A connector with a wrong token or address crash-loops whatever is set here.
 */
export type ContainerBehaviour =
  | 'running'
  | 'crash-loop'
  | 'exits'
  | 'out-of-memory'
  | 'unhealthy'
  | 'no-egress'
  | 'unpullable-unauthorized'
  | 'unpullable-missing'
  | 'unpullable-unreachable'

/**
 * The state of one sandbox. No module-level state anywhere: two sandboxes in one process know nothing of each other.
 * Keys of `resources`, `containerGroups` and `roleAssignments` are ids in lower case; the record keeps the casing as it was sent.
 */
export type World = {
  /** Origin of every service, `https://localhost:8443`, without a slash at the end. */
  readonly origin: string
  readonly clock: Clock
  readonly random: Random
  readonly tenants: Tenant[]
  readonly subscriptions: Subscription[]
  readonly managementGroups: ManagementGroup[]
  /** Resource groups, and resources that no service of the sandbox keeps in a form of its own. */
  readonly resources: Map<string, ArmRecord>
  /** Workspaces that may be brought back, by id in lower case. */
  readonly deletedWorkspaces: Map<string, { readonly record: ArmRecord; readonly deletedAt: number }>
  readonly roleAssignments: Map<string, ArmRecord>
  readonly containerGroups: Map<string, ContainerGroup>
  /** By operation id in lower case. */
  readonly groupOperations: Map<string, GroupOperation>
  readonly registries: Registry[]
  /** Roles that somebody made. They exist in every scope: assignable scopes are not looked at. */
  readonly customRoles: RoleDefinition[]
  readonly vaults: Vault[]
  /** The machine that a self-hosted runner is on: its identities, and the secret of its App Service endpoint. */
  readonly runner: { readonly identityHeader: string; readonly identities: RunnerIdentity[] }
  /** The one token the connector of this world accepts; also the password of its registry. */
  readonly aponoToken: string
  readonly timing: Timing
  /** Container Instances' limits per subscription and region. */
  readonly quota: { cores: number; groups: number }
  readonly roleAssignmentLimits: RoleAssignmentLimits
  containerBehaviour: ContainerBehaviour
  /** What connectors that start write to their log, when a test has something for them to say. */
  connectorLog: readonly string[]
  /** When set, the next operation on a container group ends `Failed` with these events, and this is cleared. */
  nextOperationFailure: readonly ServiceEvent[] | undefined
}

/** Who is calling ARM or Graph, taken from a verified access token. */
export type Caller = { readonly tenantId: string; readonly clientId: string; readonly objectId: string }
