import { type AccessTokens, accessTokenSeconds } from './access-token.ts'
import { assertionProblem, type IssuerKeys } from './client-assertion.ts'
import { certificateProblem, isOwnAssertion, secretProblem } from './client-credential.ts'
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

/** How a client proves who it is. */
type Proof =
  | { readonly by: 'secret'; readonly secret: string }
  | { readonly by: 'certificate' | 'federation'; readonly assertion: string }

type TokenRequest = { readonly client: Client; readonly proof: Proof; readonly audience: string }

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * The token endpoint for a workload that presents a secret, or an assertion signed with its certificate or by an issuer it trusts:
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#get-a-token
 */
export async function tokenReply(
  call: Call,
  entra: Entra,
  findClient: (clientId: string) => Client | EntraProblem,
): Promise<Reply> {
  const { world, tokens, random } = entra
  const refuse = (problem: EntraProblem) => entraRefusal(problem, call, world.clock, random)
  const request = readTokenRequest(new URLSearchParams(call.text), findClient, world.origin)
  if ('code' in request) throw refuse(request)
  const { client, proof, audience } = request
  const problem = await problemWith(proof, client.application, call.path, entra)
  if (problem !== undefined) throw refuse(problem)
  const { clientId, objectId, appRoles } = client.application
  // App roles belong to the API they are for: a token for ARM does not carry those of Graph.
  const roles = graphAudiences(world.origin).includes(audience.replace(/\/$/, '')) ? appRoles : []
  const accessToken = await tokens.mint(
    { tenantId: client.tenant.tenantId, clientId, objectId },
    audience,
    roles,
    proof.by === 'secret' ? '1' : '2',
  )
  const seconds = accessTokenSeconds - 1
  return {
    status: 200,
    headers: { ...noStore, 'x-ms-request-id': random.guid() },
    body: { token_type: 'Bearer', expires_in: seconds, ext_expires_in: seconds, access_token: accessToken },
  }
}

async function problemWith(
  proof: Proof,
  application: Application,
  path: string,
  { world, keysOf }: Entra,
): Promise<EntraProblem | undefined> {
  const now = world.clock.now()
  switch (proof.by) {
    case 'secret':
      return secretProblem(proof.secret, application, now)
    case 'certificate':
      return certificateProblem(proof.assertion, application, `${world.origin}${path}`, now)
    case 'federation':
      return assertionProblem(proof.assertion, application, keysOf, now)
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
  const proof = proofOf(form, clientId)
  if (proof === undefined) return problems.missingAssertion
  const audience = audienceOfScope(scope)
  if (audience === undefined) return problems.wrongScope(scope)
  if (!isKnownResource(audience, origin)) return problems.resourceNotFound(audience, client.tenant.tenantId)
  return { client, proof, audience }
}

function proofOf(form: URLSearchParams, clientId: string): Proof | undefined {
  const [secret, assertion] = [form.get('client_secret'), form.get('client_assertion')]
  if (secret) return { by: 'secret', secret }
  if (!assertion || form.get('client_assertion_type') !== assertionType) return undefined
  return { by: isOwnAssertion(assertion, clientId) ? 'certificate' : 'federation', assertion }
}

/** `https://host/.default` → `https://host`. A second slash before `.default`, as `az` sends it, belongs to the audience. */
function audienceOfScope(scope: string): string | undefined {
  return /^(\S+)\/\.default$/.exec(scope)?.[1]
}

function isKnownResource(audience: string, origin: string): boolean {
  return [...armAudiences(origin), ...graphAudiences(origin), vaultAudience].includes(audience.replace(/\/$/, ''))
}
