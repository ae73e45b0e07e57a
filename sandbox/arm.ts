import type { AccessTokens } from './access-token.ts'
import { withArmHeaders } from './arm-headers.ts'
import { type ArmRoute, param, type TenantRequest } from './arm-request.ts'
import { authenticate } from './authentication.ts'
import { authorize } from './authorization.ts'
import { containerInstanceRoutes } from './container-instance/routes.ts'
import { lockRoutes, refuseLocked } from './locks.ts'
import { managedIdentityRoutes } from './managed-identity.ts'
import { managementGroupRoutes } from './management-groups.ts'
import { operationalInsightsRoutes } from './operational-insights/routes.ts'
import { refuseByPolicy } from './policies.ts'
import { type Call, Refusal, type Reply, type Route } from './protocol.ts'
import { requireRegistered } from './providers.ts'
import { findResourceGroup } from './resource-groups.ts'
import { resourceRoutes } from './resources.ts'
import { roleBasedAccessRoutes } from './role-based-access/routes.ts'
import { findSubscription, refuseStranger } from './subscription-lookup.ts'
import { virtualNetworkRoutes } from './virtual-networks.ts'
import type { Subscription, World } from './world.ts'

type Registrable = { readonly method: string; readonly namespace?: string }

const services: readonly ArmRoute[] = [
  ...resourceRoutes,
  ...containerInstanceRoutes,
  ...managedIdentityRoutes,
  ...operationalInsightsRoutes,
  ...virtualNetworkRoutes,
  ...managementGroupRoutes,
  ...roleBasedAccessRoutes,
  ...lockRoutes,
]

/** Azure Resource Manager and the providers behind it. */
export function armRoutes(world: World, tokens: AccessTokens): Route[] {
  return services.map((route) => guarded(world, tokens, route))
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

/** The order is ARM's: who, which subscription, whether allowed, which resource group, which provider, what is locked or denied; only then the service. */
async function admit(world: World, tokens: AccessTokens, route: ArmRoute, call: Call): Promise<Reply> {
  const caller = await authenticate(world, tokens, call)
  const request: TenantRequest = { world, call, caller }
  if (route.level === 'tenant') return route.handle(request)

  const subscription = findSubscription(world, caller, param(call, 'subscriptionId'))
  if (route.action === undefined) refuseStranger(world, caller, subscription)
  else authorize(world, caller, filled(route.action, call), filled(route.scope ?? route.path, call))
  if (route.level === 'subscription') {
    refuseUnregistered(world, subscription, route)
    refuseGoverned(world, route, call)
    return route.handle({ ...request, subscription })
  }

  const resourceGroup = findResourceGroup({ ...request, subscription })
  refuseUnregistered(world, subscription, route)
  refuseGoverned(world, route, call)
  return route.handle({ ...request, subscription, resourceGroup })
}

function refuseUnregistered(world: World, subscription: Subscription, { method, namespace }: Registrable): void {
  if (namespace !== undefined && method === 'PUT') requireRegistered(world, subscription, namespace)
}

/** Locks stop whatever is not a GET, actions by POST included; policies judge what is written. */
function refuseGoverned(
  world: World,
  { method, path, scope }: ArmRoute & { readonly scope?: string },
  call: Call,
): void {
  if (method === 'GET' || method === 'HEAD') return
  const id = filled(scope ?? path, call)
  refuseLocked(world, id, method === 'DELETE' ? 'delete' : 'write')
  if (method === 'PUT' || method === 'PATCH') refuseByPolicy(world, id, method, call.text)
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
