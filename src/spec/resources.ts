import type { Rank } from '../engine/order.ts'
import type { Properties, Reference, Resource, Sensitive, Value } from '../engine/resource.ts'

/** GET over http inside the group; Azure restarts the container after `failures` failed tries. Seconds. */
export type LivenessProbe = {
  readonly path: string
  readonly port: number
  readonly initialDelay: number
  readonly period: number
  readonly failures: number
  /** What else somebody set on it, under Azure's names; empty for ours. */
  readonly others: Properties
}

/**
 * The connector's container group in our words. What we never ask for, but somebody may have added (a volume, an address),
 * stands beside these under Azure's own name: a write of ours would take it away, so the diff must not hide it.
 */
export type ContainerGroupProperties = {
  readonly location: string
  readonly image: string
  /** Cores. */
  readonly cpu: number
  /** GB. */
  readonly memory: number
  readonly osType: string
  readonly restartPolicy: string
  /** `Running`, unless it came to an end: then what Azure calls that. On the way there counts as running. */
  readonly state: string
  /** Kind of managed identity, and the user-assigned ones as ids in lower case, sorted. */
  readonly identity: { readonly type: string; readonly ids: readonly string[] }
  /** Whose registry Azure pulls from, and as whom: a user with a password, or one of the group's identities by its id in lower case. */
  readonly registry: RegistryUser | RegistryIdentity | null
  /** The connector's token: a secure environment variable and the registry password. */
  readonly token: Sensitive | ExposedToken | null
  /** Password of a registry of one's own; null where the connector's token is the password, or none is needed. */
  readonly registryPassword: Sensitive | null
  readonly network: GroupNetwork
  /** Availability zones, of which Azure takes one; null leaves the choice to Azure. */
  readonly zones: readonly string[] | null
  readonly logAnalytics: LogTarget | null
  /** Plain variables by name; CONNECTOR_METADATA, which is JSON, as its fields. */
  readonly environment: { readonly [name: string]: Value }
  readonly livenessProbe: LivenessProbe | null
  readonly tags: { readonly [name: string]: Value }
  /** Record of what was applied last, kept in a tag of its own; null without one. */
  readonly lastApplied: string | null
  /** Where somebody else chose it; absent for our own. */
  readonly containerName?: string
}

export type RegistryUser = { readonly server: string; readonly username: string }
export type RegistryIdentity = { readonly server: string; readonly identity: string }

/** What only a new group can have: https://learn.microsoft.com/azure/container-instances/container-instances-update */
export type GroupNetwork = {
  /** Id in lower case; null for a group that only calls out. */
  readonly subnet: string | null
  /** `TCP:80` and the like, sorted; what others set on an address stands beside them. */
  readonly address: { readonly type: string; readonly ports: readonly string[]; readonly [other: string]: Value } | null
  /** Ports that the container exposes. Without an address they mean nothing, and stay as they are. */
  readonly ports: readonly string[]
  readonly dns: { readonly nameServers: readonly string[]; readonly [other: string]: Value } | null
}

/** Where the container's output goes. The key of the workspace is write-only, and not ours to keep: it is read when it is needed. */
export type LogTarget = {
  /** The workspace's customer id, a GUID in lower case; a reference while the workspace does not exist. */
  readonly workspace: string | Reference
  readonly [other: string]: Value
}

/** A token that stands in the group as a plain variable, which every Reader can see. The value itself never comes in here. */
export const EXPOSED_TOKEN = 'readable in plain text'
export type ExposedToken = typeof EXPOSED_TOKEN

export type ContainerGroup = Resource<'container-group', ContainerGroupProperties>

/** A right in Azure: a role for a principal at a scope. */
export type RoleAssignmentProperties = {
  /** Scope as an ARM id. */
  readonly scope: string
  /** GUID of the role definition, in lower case. */
  readonly role: string
  /** Object id of the principal; a reference while the identity does not exist. */
  readonly principal: string | Reference
  /** ABAC condition of version 2.0, or null for none. */
  readonly condition: string | null
  /** Says whose grant it is: role assignments have no tags. */
  readonly description: string | null
}
export type RoleAssignment = Resource<'role-assignment', RoleAssignmentProperties>

/** An Entra role for a principal in the whole directory. */
export type DirectoryRoleAssignmentProperties = { readonly role: string; readonly principal: string | Reference }
export type DirectoryRoleAssignment = Resource<'directory-role-assignment', DirectoryRoleAssignmentProperties>

/** A Log Analytics workspace of ours. */
export type WorkspaceProperties = {
  readonly location: string
  /** Pricing tier. */
  readonly sku: string
  /** Days. */
  readonly retention: number
  /** May something that holds its key send to it? Container Instances does. */
  readonly localAuth: boolean
  readonly tags: { readonly [name: string]: Value }
}
export type Workspace = Resource<'log-analytics-workspace', WorkspaceProperties>

export type AzureResource = ContainerGroup | RoleAssignment | DirectoryRoleAssignment | Workspace

/** The order among resources that wait for nothing: rights and workspaces come before what uses them, and connectors change one at a time. */
export const RANK: Rank<AzureResource> = {
  'role-assignment': { place: 0, oneByOne: false },
  'directory-role-assignment': { place: 0, oneByOne: false },
  'log-analytics-workspace': { place: 0, oneByOne: false, outlives: true },
  'container-group': { place: 1, oneByOne: true },
}
