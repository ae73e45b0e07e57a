import { ClientAssertionCredential } from '@azure/identity'
import type { Http } from '../http.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, parseJson, text } from '../json.ts'
import type { CloudEndpoints } from './cloud.ts'
import { signInError } from './sign-in-errors.ts'

/** What Entra compares with the federated credential, as it stands in the token that was sent. */
export type Claims = { readonly subject: string; readonly issuer: string; readonly audience: string }

type Identity = Pick<Inputs, 'clientId' | 'tenantId'>
type Token = Awaited<ReturnType<ClientAssertionCredential['getToken']>>

/**
 * Signs in to Entra with GitHub's token in place of a secret, for one audience. Every exchange takes a fresh token, since one lives for five minutes:
 * https://docs.github.com/actions/reference/security/oidc. Access tokens stay in memory.
 */
export class FederatedCredential {
  readonly #credential: ClientAssertionCredential
  readonly #identity: Identity
  readonly #login: string
  readonly #http: Http
  #sent: Claims | undefined
  #assertion: Promise<string> | undefined
  #noAssertion: unknown
  #pending: Promise<Token> | undefined
  #token: Token | undefined

  constructor(identity: Identity, cloud: CloudEndpoints, nextAssertion: () => Promise<string>, http: Http) {
    this.#identity = identity
    this.#login = cloud.login
    this.#http = http
    // MSAL asks more than once within one exchange.
    const getAssertion = async () => {
      this.#assertion ??= nextAssertion()
      // The SDK keeps nothing of an error but its text.
      this.#assertion.catch((error: unknown) => {
        this.#noAssertion = error
      })
      const assertion = await this.#assertion
      this.#sent = claimsOf(assertion)
      return assertion
    }
    this.#credential = new ClientAssertionCredential(identity.tenantId, identity.clientId, getAssertion, {
      authorityHost: cloud.login,
      disableInstanceDiscovery: !cloud.wellKnown,
    })
  }

  /**
   * Who asks while an exchange is under way gets its result.
   * @throws DeployError that tells what Entra did not accept, and what to create there.
   */
  async getToken(...request: Parameters<ClientAssertionCredential['getToken']>): Promise<Token> {
    if (isFresh(this.#token) && request[1]?.claims === undefined) return this.#token
    this.#pending ??= this.#exchange(...request).finally(() => {
      this.#pending = undefined
    })
    this.#token = await this.#pending
    return this.#token
  }

  async #exchange(...request: Parameters<ClientAssertionCredential['getToken']>): Promise<Token> {
    this.#assertion = undefined
    this.#noAssertion = undefined
    try {
      return await this.#credential.getToken(...request)
    } catch (error) {
      throw signInError(this.#noAssertion ?? (await this.#withReason(error)), this.#identity, this.#sent)
    }
  }

  /** MSAL asks a login host it does not know for the tenant's description first, and drops what Entra says about that. */
  async #withReason(error: unknown): Promise<unknown> {
    const { tenantId } = this.#identity
    const message = error instanceof Error ? error.message : String(error)
    if (!message.includes('endpoints_resolution_error')) return error
    const { body } = await this.#http.getJson(`${this.#login}/${tenantId}/v2.0/.well-known/openid-configuration`)
    const reason = text(field(body, 'error_description'))
    return reason === undefined ? error : new Error(reason, { cause: error })
  }
}

const FIVE_MINUTES = 5 * 60 * 1000

/** MSAL keeps tokens too, but asks for another token of GitHub's before it looks. */
function isFresh(token: Token | undefined): token is Token {
  return token !== undefined && token.expiresOnTimestamp - Date.now() > FIVE_MINUTES
}

/** For messages only: Entra is the one that verifies the token. */
function claimsOf(assertion: string): Claims | undefined {
  const payload = parseJson(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const [subject, issuer, audience] = [
    text(field(payload, 'sub')),
    text(field(payload, 'iss')),
    text(field(payload, 'aud')),
  ]
  return subject !== undefined && issuer !== undefined && audience !== undefined
    ? { subject, issuer, audience }
    : undefined
}
