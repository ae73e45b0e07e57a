import type { AccessTokens } from './access-token.ts'
import { gatewayError } from './arm-error.ts'
import { withArmHeaders } from './arm-headers.ts'
import { type ArmRoute, param, type TenantRequest } from './arm-request.ts'
import { authenticate } from './authentication.ts'
import { authorize, seesSubscription } from './authorization.ts'
import { containerInstanceRoutes } from './container-instance/routes.ts'
import { type Call, Refusal, type Reply, type Route } from './protocol.ts'
import { requireRegistered } from './providers.ts'
import { findResourceGroup } from './resource-groups.ts'
import { resourceRoutes } from './resources.ts'
import type { Caller, Subscription, World } from './world.ts'

type Registrable = { readonly method: string; readonly namespace?: string }

/** Azure Resource Manager and the providers behind it. */
export function armRoutes(world: World, tokens: AccessTokens): Route[] {
  return [...resourceRoutes, ...containerInstanceRoutes].map((route) => guarded(world, tokens, route))
}

/** One route behind the gate, for services that are kept in files of their own. */
export function guarded(world: World, tokens: AccessTokens, route: ArmRoute): Route {
  const { method, path, apiVersions } = route
  return {
    method,
    path,
    ...(apiVersions === undefined ? {} : { apiVersions }),
    handle: async (call) =>
      withArmHeaders(world, call, await refusalsAsReplies(() => admit(world, tokens, route, call))),
  }
}

/** The order is ARM's: who, which subscription, whether allowed, which resource group, which provider; only then the service. */
async function admit(world: World, tokens: AccessTokens, route: ArmRoute, call: Call): Promise<Reply> {
  const caller = await authenticate(world, tokens, call)
  const request: TenantRequest = { world, call, caller }
  if (route.level === 'tenant') return route.handle(request)

  const subscription = findSubscription(world, caller, param(call, 'subscriptionId'))
  if (route.action === undefined) refuseStranger(world, caller, subscription)
  else authorize(world, caller, filled(route.action, call), filled(route.scope ?? route.path, call))
  if (route.level === 'subscription') {
    refuseUnregistered(world, subscription, route)
    return route.handle({ ...request, subscription })
  }

  const resourceGroup = findResourceGroup({ ...request, subscription })
  refuseUnregistered(world, subscription, route)
  return route.handle({ ...request, subscription, resourceGroup })
}

function findSubscription(world: World, caller: Caller, subscriptionId: string): Subscription {
  const subscription = world.subscriptions.find((each) => each.subscriptionId === subscriptionId.toLowerCase())
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId)
  if (subscription.tenantId === caller.tenantId) return subscription
  const issuer = (tenantId: string) => `https://sts.windows.net/${tenantId}/`
  throw gatewayError(
    401,
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer '${issuer(caller.tenantId)}'. It must match the tenant '${issuer(subscription.tenantId)}' associated with this subscription.`,
  )
}

function refuseStranger(world: World, caller: Caller, subscription: Subscription): void {
  if (!seesSubscription(world, caller, subscription)) throw subscriptionNotFound(subscription.subscriptionId)
}

function subscriptionNotFound(subscriptionId: string) {
  return gatewayError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`)
}

function refuseUnregistered(world: World, subscription: Subscription, { method, namespace }: Registrable): void {
  if (namespace !== undefined && method === 'PUT') requireRegistered(world, subscription, namespace)
}

function filled(template: string, call: Call): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => param(call, name))
}

/** Refusals too leave with ARM's headers on. */
async function refusalsAsReplies(reply: () => Promise<Reply>): Promise<Reply> {
  try {
    return await reply()
  } catch (error) {
    if (error instanceof Refusal) return error.reply
    throw error
  }
}
