import type { AccessTokens } from '../access-token.ts'
import { header } from '../arm-request.ts'
import { graphAudiences, graphOrigin } from '../endpoints.ts'
import { isJsonObject } from '../json-shape.ts'
import { type Call, type JsonObject, Refusal, type Reply, type Route } from '../protocol.ts'
import type { Tenant, World } from '../world.ts'
import { graphError } from './error.ts'
import { refuseOptions, selected } from './select.ts'

export type GraphRequest = {
  readonly world: World
  readonly call: Call
  readonly tenant: Tenant
  /** App roles of the caller, in the words of its token. */
  readonly roles: readonly string[]
}

/** `permissions` are those of which the caller needs one; handlers that cannot say beforehand ask `requireRole` themselves. */
export type GraphRoute = Pick<Route, 'method' | 'path'> & {
  readonly permissions?: readonly string[]
  readonly handle: (request: GraphRequest) => Reply
}

/** A route behind Graph's gate: who, what it was granted, then the service; and Graph's headers on everything. */
export function guarded(world: World, tokens: AccessTokens, { method, path, permissions, handle }: GraphRoute): Route {
  return {
    method,
    path: `/v1.0${path}`,
    handle: async (call) => {
      const ids = { request: world.random.guid(), client: header(call, 'client-request-id') ?? world.random.guid() }
      try {
        const { tenant, roles } = await authenticate(world, tokens, call)
        if (permissions !== undefined) requireRole(roles, permissions)
        refuseOptions(call.query)
        return withHeaders(selected(handle({ world, call, tenant, roles }), call.query), ids)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return withHeaders(inEnvelope(error.reply, world, ids), ids)
      }
    },
  }
}

export function requireRole(roles: readonly string[], permissions: readonly string[]): void {
  if (permissions.some((permission) => roles.includes(permission))) return
  throw graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
}

/** `@odata.context` of a reply. */
export function contextOf(world: World, path: string): string {
  return `${graphOrigin(world.origin)}/v1.0/$metadata#${path}`
}

const problems = {
  missing: 'Access token is empty.',
  malformed: 'Access token validation failure.',
  expired: 'Access token has expired or is not yet valid.',
  audience: 'Access token validation failure. Invalid audience.',
} as const

async function authenticate(
  world: World,
  tokens: AccessTokens,
  call: Call,
): Promise<{ readonly tenant: Tenant; readonly roles: readonly string[] }> {
  const verification = await tokens.verify(header(call, 'authorization'), graphAudiences(world.origin))
  if (!verification.ok) throw graphError(401, 'InvalidAuthenticationToken', problems[verification.problem])
  const tenant = world.tenants.find(({ tenantId }) => tenantId === verification.caller.tenantId)
  if (tenant === undefined) throw graphError(401, 'InvalidAuthenticationToken', problems.malformed)
  return { tenant, roles: verification.roles }
}

type Ids = { readonly request: string; readonly client: string }

function withHeaders(reply: Reply, { request, client }: Ids): Reply {
  const body = reply.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const headers = {
    ...body,
    'cache-control': 'no-cache',
    'strict-transport-security': 'max-age=31536000',
    'odata-version': '4.0',
    'request-id': request,
    'client-request-id': client,
    ...reply.headers,
  }
  return { ...reply, headers }
}

function inEnvelope(reply: Reply, world: World, { request, client }: Ids): Reply {
  const error: JsonObject = isJsonObject(reply.body) && isJsonObject(reply.body.error) ? reply.body.error : {}
  const date = world.clock.iso().slice(0, 19)
  const innerError = { date, 'request-id': request, 'client-request-id': client }
  return { ...reply, body: { error: { ...error, innerError } } }
}
