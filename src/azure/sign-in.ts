import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import { ClientAssertionCredential } from '@azure/identity'
import { DeployError } from '../errors.ts'
import type { Http } from '../http.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, parseJson, text } from '../json.ts'
import { mishapIn } from '../mishap.ts'
import type { Patience } from '../patience.ts'
import { resending } from '../resend.ts'
import type { CloudEndpoints } from './cloud.ts'
import { overloaded, signInError } from './sign-in-errors.ts'

/** What Entra compares with the federated credential, as it stands in the token that was sent. */
export type Claims = { readonly subject: string; readonly issuer: string; readonly audience: string }

type Identity = Pick<Inputs, 'clientId' | 'tenantId'>
type Request = Parameters<ClientAssertionCredential['getToken']>
type Token = Awaited<ReturnType<ClientAssertionCredential['getToken']>>

/**
 * Signs in to Entra with GitHub's token in place of a secret, for one audience. Every exchange takes a fresh token, since one lives for five minutes:
 * https://docs.github.com/actions/reference/security/oidc. Access tokens stay in memory.
 */
export class FederatedCredential {
  readonly #identity: Identity
  readonly #cloud: CloudEndpoints
  readonly #nextAssertion: () => Promise<string>
  readonly #http: Http
  readonly #patience: Patience
  #pending: Promise<Token> | undefined
  #token: Token | undefined

  constructor(
    identity: Identity,
    cloud: CloudEndpoints,
    nextAssertion: () => Promise<string>,
    http: Http,
    patience: Patience,
  ) {
    this.#identity = identity
    this.#cloud = cloud
    this.#nextAssertion = nextAssertion
    this.#http = http
    this.#patience = patience
  }

  /**
   * Who asks while an exchange is under way gets its result.
   * @throws DeployError that tells what Entra did not accept, and what to create there.
   */
  async getToken(...request: Request): Promise<Token> {
    if (isFresh(this.#token) && request[1]?.claims === undefined) return this.#token
    this.#pending ??= this.#exchange(request).finally(() => {
      this.#pending = undefined
    })
    this.#token = await this.#pending
    return this.#token
  }

  /** A token in place of one that was refused. Who comes late gets the one that others have brought about. */
  renew(refused: string, scopes: string, claims: string | undefined): Promise<Token> {
    if (this.#token?.token === refused) this.#token = undefined
    return this.getToken(scopes, claims === undefined ? {} : { claims })
  }

  /** Entra may have made us wait for longer than GitHub's token lives; then a fresh one is tried. */
  async #exchange(request: Request): Promise<Token> {
    const first = new Exchange(this.#nextAssertion)
    try {
      return await this.#send(first, request)
    } catch (error) {
      if (first.waits === 0 || !(error instanceof DeployError && error.code === 'assertion-expired')) throw error
      return this.#send(new Exchange(this.#nextAssertion), request)
    }
  }

  async #send(exchange: Exchange, request: Request): Promise<Token> {
    const { tenantId, clientId } = this.#identity
    // One for each exchange, since it keeps the token that was refused.
    const credential = new ClientAssertionCredential(tenantId, clientId, exchange.assertion, {
      authorityHost: this.#cloud.login,
      disableInstanceDiscovery: !this.#cloud.wellKnown,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        { policy: exchange.remembering, position: 'perRetry' },
        { policy: resending(exchange.counting(this.#patience), 'safe'), position: 'perRetry' },
      ],
    })
    try {
      return await credential.getToken(...request)
    } catch (error) {
      throw signInError(exchange.failure ?? (await this.#withReason(error)), this.#identity, exchange.sent)
    }
  }

  /** MSAL asks a login host it does not know for the tenant's description first, and drops what Entra says about that. */
  async #withReason(error: unknown): Promise<unknown> {
    const { tenantId } = this.#identity
    const message = error instanceof Error ? error.message : String(error)
    if (!message.includes('endpoints_resolution_error')) return error
    const { body } = await this.#http.getJson(`${this.#cloud.login}/${tenantId}/v2.0/.well-known/openid-configuration`)
    const reason = text(field(body, 'error_description'))
    return reason === undefined ? error : new Error(reason, { cause: error })
  }
}

/** What is worth knowing of one exchange: the SDK keeps nothing of an error but its text. */
class Exchange {
  /** Why there was no token of GitHub's, or no answer of Entra's. */
  failure: unknown
  /** What the token said that was sent. */
  sent: Claims | undefined
  waits = 0
  readonly #nextAssertion: () => Promise<string>
  #assertion: Promise<string> | undefined

  constructor(nextAssertion: () => Promise<string>) {
    this.#nextAssertion = nextAssertion
  }

  /** MSAL asks more than once within one exchange. */
  readonly assertion = async (): Promise<string> => {
    this.#assertion ??= this.#nextAssertion()
    const assertion = await this.#noting(this.#assertion)
    this.sent = claimsOf(assertion)
    return assertion
  }

  /** MSAL explains what Entra says, but not that it says nothing. */
  readonly remembering: PipelinePolicy = {
    name: 'remember',
    sendRequest: (request, next) =>
      this.#noting(
        next(request).then((response) => {
          if (mishapIn(response) !== undefined) throw overloaded(response)
          return response
        }),
      ),
  }

  counting(patience: Patience): Patience {
    const tell = (line: string) => {
      this.waits += 1
      patience.tell(line)
    }
    return { ...patience, tell }
  }

  async #noting<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      this.failure = error
      throw error
    }
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
