import type { Clock } from './clock.ts'
import type { JsonObject } from './protocol.ts'
import type { Random } from './random.ts'

/** An app registration with its service principal, as Entra keeps it. */
export type Application = {
  readonly clientId: string
  /** Object id of the service principal: the `oid` of its tokens and the principal of its role assignments. */
  readonly objectId: string
  readonly displayName: string
  readonly federatedCredentials: { readonly issuer: string; readonly subject: string; readonly audience: string }[]
}

export type Tenant = { readonly tenantId: string; readonly applications: Application[] }

export type Subscription = {
  readonly subscriptionId: string
  readonly tenantId: string
  readonly displayName: string
  /** Registration state by provider namespace, e.g. `Microsoft.ContainerInstance` → `Registered`. */
  readonly providers: Map<string, string>
}

/** Any ARM resource or resource group as the service keeps it inside, secrets included; its service decides what a reader sees. */
export type ArmRecord = { readonly id: string; body: JsonObject; readonly private: Map<string, unknown> }

/**
 * The state of one sandbox. No module-level state anywhere: two sandboxes in one process know nothing of each other.
 * Keys of `resources`, `roleAssignments` are ids in lower case; the record keeps the casing as it was sent.
 */
export type World = {
  /** Origin of every service, `https://localhost:8443`, without a slash at the end. */
  readonly origin: string
  readonly clock: Clock
  readonly random: Random
  readonly tenants: Tenant[]
  readonly subscriptions: Subscription[]
  readonly resources: Map<string, ArmRecord>
  readonly roleAssignments: Map<string, ArmRecord>
}

/** Who is calling ARM or Graph, taken from a verified access token. */
export type Caller = { readonly tenantId: string; readonly clientId: string; readonly objectId: string }
