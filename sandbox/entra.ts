import { graphOrigin } from './endpoints.ts'
import { type EntraProblem, entraRefusal } from './entra-error.ts'
import * as problems from './entra-problems.ts'
import { type Client, type Entra, tokenReply } from './entra-token.ts'
import { keySetReply } from './key-set.ts'
import type { Call, Reply, Route } from './protocol.ts'
import type { Tenant, World } from './world.ts'

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const dnsName = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i

/**
 * The endpoints of Entra that sign a workload in, per tenant; and the same under `/adfs`, the only authority for which
 * `az` does not ask login.microsoftonline.com first. Such a path names no tenant: the client id tells it.
 */
export function entraRoutes(entra: Entra): Route[] {
  const { world, tokens } = entra
  const keys = async (): Promise<Reply> => keySetReply(await tokens.publicKeys())
  return [
    {
      method: 'GET',
      path: '/{tenant}/v2.0/.well-known/openid-configuration',
      handle: (call) => {
        const { tenantId } = tenantOf(call, entra, 'invalid_tenant')
        return configuration(world.origin, `/${tenantId}`, '/v2.0')
      },
    },
    { method: 'GET', path: '/{tenant}/discovery/v2.0/keys', handle: keys },
    {
      method: 'POST',
      path: '/{tenant}/oauth2/v2.0/token',
      handle: (call) => {
        const tenant = tenantOf(call, entra)
        return tokenReply(call, entra, (clientId) => clientOfTenant(tenant, clientId))
      },
    },
    {
      method: 'GET',
      path: '/adfs/.well-known/openid-configuration',
      handle: () => configuration(world.origin, '/adfs', ''),
    },
    { method: 'GET', path: '/adfs/discovery/v2.0/keys', handle: keys },
    {
      method: 'POST',
      path: '/adfs/oauth2/v2.0/token',
      handle: (call) => tokenReply(call, entra, (clientId) => clientOfAnyTenant(world, clientId)),
    },
  ]
}

function configuration(origin: string, authority: string, version: string): Reply {
  const base = `${origin}${authority}`
  return {
    status: 200,
    headers: { 'cache-control': 'max-age=86400, private' },
    body: {
      token_endpoint: `${base}/oauth2/v2.0/token`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      jwks_uri: `${base}/discovery/v2.0/keys`,
      response_modes_supported: ['query', 'fragment', 'form_post'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
      issuer: `${base}${version}`,
      request_uri_parameter_supported: false,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
      end_session_endpoint: `${base}/oauth2/v2.0/logout`,
      tenant_region_scope: 'WW',
      cloud_instance_name: new URL(origin).host,
      msgraph_host: new URL(graphOrigin(origin)).host,
    },
  }
}

/** The tenant a path names; refused in the words for a name that is unknown, or that cannot be one. */
function tenantOf(call: Call, { world, random }: Entra, error?: string): Tenant {
  const { tenant: name = '' } = call.params
  const tenant = world.tenants.find(({ tenantId }) => tenantId.toLowerCase() === name.toLowerCase())
  if (tenant !== undefined) return tenant
  const possible = guid.test(name) || dnsName.test(name)
  const problem = possible ? problems.tenantNotFound(name, error) : problems.tenantMalformed(name, error)
  throw entraRefusal(problem, call, world.clock, random)
}

function clientOfTenant(tenant: Tenant, clientId: string): Client | EntraProblem {
  const application = tenant.applications.find((each) => each.clientId.toLowerCase() === clientId.toLowerCase())
  return application === undefined ? problems.applicationNotFound(clientId, tenant.tenantId) : { tenant, application }
}

function clientOfAnyTenant(world: World, clientId: string): Client | EntraProblem {
  const clients = world.tenants.map((tenant) => clientOfTenant(tenant, clientId))
  return clients.find((client) => 'application' in client) ?? problems.applicationNotFound(clientId, 'adfs')
}
