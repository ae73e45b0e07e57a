import { type AccessTokens, accessTokenSeconds } from './access-token.ts'
import { assertionProblem, type IssuerKeys } from './client-assertion.ts'
import { armAudiences, graphAudiences, vaultAudience } from './endpoints.ts'
import { type EntraProblem, entraRefusal, noStore } from './entra-error.ts'
import * as problems from './entra-problems.ts'
import type { Call, Reply } from './protocol.ts'
import type { Random } from './random.ts'
import type { Application, Tenant, World } from './world.ts'

export type Entra = {
  readonly world: World
  readonly tokens: AccessTokens
  readonly keysOf: IssuerKeys
  /** For trace ids: apart from the world's, so that a refusal does not change which ids resources get. */
  readonly random: Random
}

/** An application in the tenant it was asked for. */
export type Client = { readonly tenant: Tenant; readonly application: Application }

type TokenRequest = { readonly client: Client; readonly assertion: string; readonly audience: string }

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * The token endpoint for a workload that presents an assertion:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#third-case-access-token-request-with-a-federated-credential
 */
export async function tokenReply(
  call: Call,
  entra: Entra,
  findClient: (clientId: string) => Client | EntraProblem,
): Promise<Reply> {
  const { world, tokens, keysOf, random } = entra
  const refuse = (problem: EntraProblem) => entraRefusal(problem, call, world.clock, random)
  const request = readTokenRequest(new URLSearchParams(call.text), findClient, world.origin)
  if ('code' in request) throw refuse(request)
  const { client, assertion, audience } = request
  const problem = await assertionProblem(assertion, client.application, keysOf, world.clock.now())
  if (problem !== undefined) throw refuse(problem)
  const { clientId, objectId, appRoles } = client.application
  // App roles belong to the API they are for: a token for ARM does not carry those of Graph.
  const roles = graphAudiences(world.origin).includes(audience.replace(/\/$/, '')) ? appRoles : []
  const accessToken = await tokens.mint({ tenantId: client.tenant.tenantId, clientId, objectId }, audience, roles)
  const seconds = accessTokenSeconds - 1
  return {
    status: 200,
    headers: { ...noStore, 'x-ms-request-id': random.guid() },
    body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: accessToken },
  }
}

function readTokenRequest(
  form: URLSearchParams,
  findClient: (clientId: string) => Client | EntraProblem,
  origin: string,
): TokenRequest | EntraProblem {
  const missing = ['grant_type', 'client_id', 'scope'].find((name) => !form.get(name))
  if (missing !== undefined) return problems.missingParameter(missing)
  const [grant = '', clientId = '', scope = ''] = ['grant_type', 'client_id', 'scope'].map(
    (name) => form.get(name) ?? '',
  )
  if (grant !== 'client_credentials') return problems.unsupportedGrant(grant)
  const client = findClient(clientId)
  if ('code' in client) return client
  if (form.has('client_secret')) return problems.wrongSecret(clientId)
  const assertion = form.get('client_assertion')
  if (!assertion || form.get('client_assertion_type') !== assertionType) return problems.missingAssertion
  const audience = audienceOfScope(scope)
  if (audience === undefined) return problems.wrongScope(scope)
  if (!isKnownResource(audience, origin)) return problems.resourceNotFound(audience, client.tenant.tenantId)
  return { client, assertion, audience }
}

/** `https://host/.default` → `https://host`. A second slash before `.default`, as `az` sends it, belongs to the audience. */
function audienceOfScope(scope: string): string | undefined {
  return /^(\S+)\/\.default$/.exec(scope)?.[1]
}

function isKnownResource(audience: string, origin: string): boolean {
  return [...armAudiences(origin), ...graphAudiences(origin), vaultAudience].includes(audience.replace(/\/$/, ''))
}
