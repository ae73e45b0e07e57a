import type { Call, Reply, Route } from './protocol.ts'
import type { ArmRecord, Caller, Subscription, World } from './world.ts'

export type TenantRequest = { readonly world: World; readonly call: Call; readonly caller: Caller }
export type SubscriptionRequest = TenantRequest & { readonly subscription: Subscription }
export type ResourceGroupRequest = SubscriptionRequest & { readonly resourceGroup: ArmRecord }

type Common = Pick<Route, 'method' | 'path' | 'apiVersions'>
type Guard = {
  /** What the caller must be allowed to do; absent where seeing the subscription is enough. */
  readonly action?: string
  /** Where it must be allowed, as a template like `path`; the path itself when absent. */
  readonly scope?: string
  /** The resource provider that must be registered for writes. */
  readonly namespace?: string
}

/** A route behind ARM's gate. The level says what ARM has found before the handler is asked. */
export type ArmRoute =
  | (Common & { readonly level: 'tenant'; readonly handle: (request: TenantRequest) => Reply })
  | (Common & Guard & { readonly level: 'subscription'; readonly handle: (request: SubscriptionRequest) => Reply })
  | (Common & Guard & { readonly level: 'resource-group'; readonly handle: (request: ResourceGroupRequest) => Reply })

/** The value of a `{placeholder}` of the route. */
export function param({ params }: Call, name: string): string {
  const value: string | undefined = params[name]
  if (value === undefined) throw new Error(`The route has no {${name}}.`)
  return value
}

/** A header of the call, by its name in lower case. */
export function header({ headers }: Call, name: string): string | undefined {
  return headers[name]
}
