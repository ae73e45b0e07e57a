import type { AccessTokens } from './access-token.ts'
import { accessTokenSeconds } from './access-token.ts'
import { armAudiences, graphAudiences } from './endpoints.ts'
import { type Call, Refusal, type Reply, type Route } from './protocol.ts'
import type { RunnerIdentity, World } from './world.ts'

/**
 * The endpoints on a machine in Azure that give out tokens of its managed identities: the Instance Metadata Service of virtual
 * machines, https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token, and the one of App
 * Service, https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference.
 */
export function instanceMetadataRoutes(world: World, tokens: AccessTokens): Route[] {
  const answer = async (call: Call) => tokenReply(world, tokens, call)
  return [
    {
      method: 'GET',
      path: '/metadata/identity/oauth2/token',
      handle: (call) => {
        if (call.headers.metadata !== 'true') throw imdsRefusal('Required metadata header not specified')
        return answer(call)
      },
    },
    {
      method: 'GET',
      path: '/msi/token',
      handle: (call) => {
        if (call.headers['x-identity-header'] !== world.runner.identityHeader)
          throw new Refusal({
            status: 403,
            body: { statusCode: 403, message: 'The identity header is not the one of this app.' },
          })
        return answer(call)
      },
    },
  ]
}

/** What such a machine sets for its processes. On a virtual machine that is nothing: there the address is well known. */
export function runnerIdentityVariables({ origin, runner }: World) {
  return {
    virtualMachine: { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin },
    appService: { IDENTITY_ENDPOINT: `${origin}/msi/token`, IDENTITY_HEADER: runner.identityHeader },
  }
}

async function tokenReply(world: World, tokens: AccessTokens, { query }: Call): Promise<Reply> {
  const resource = query.get('resource')
  if (!query.has('api-version') || resource === null) throw imdsRefusal('Required query parameter not specified')
  const identity = identityFor(world.runner.identities, query.get('client_id'))
  const known = [...armAudiences(world.origin), ...graphAudiences(world.origin)]
  if (!known.includes(resource.replace(/\/$/, '')))
    throw imdsRefusal(
      `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`,
      'invalid_resource',
    )
  const now = Math.floor(world.clock.now() / 1000)
  return {
    status: 200,
    body: {
      access_token: await tokens.mint(identity, resource),
      client_id: identity.clientId,
      expires_in: String(accessTokenSeconds),
      expires_on: String(now + accessTokenSeconds),
      ext_expires_in: String(accessTokenSeconds),
      not_before: String(now),
      resource,
      token_type: 'Bearer',
    },
  }
}

/** Without a client id it is the system-assigned one, or the only one there is. */
function identityFor(identities: readonly RunnerIdentity[], clientId: string | null): RunnerIdentity {
  const [first, ...more] = identities
  const found =
    clientId === null
      ? (identities.find(({ kind }) => kind === 'SystemAssigned') ?? (more.length === 0 ? first : undefined))
      : identities.find((each) => each.clientId.toLowerCase() === clientId.toLowerCase())
  if (found !== undefined) return found
  if (clientId === null && more.length > 0)
    throw imdsRefusal(
      'Multiple user assigned identities exist, please specify the clientId / resourceId of the identity in the token request',
    )
  throw imdsRefusal('Identity not found')
}

function imdsRefusal(text: string, error = 'invalid_request'): Refusal {
  return new Refusal({ status: 400, body: { error, error_description: text } })
}
