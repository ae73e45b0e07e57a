import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import { ClientAssertionCredential } from '@azure/identity'
import { DeployError } from '../errors.ts'
import { field, parseJson, text } from '../json.ts'
import { mishapIn } from '../mishap.ts'
import type { Patience } from '../patience.ts'
import { resending } from '../resend.ts'
import type { CloudEndpoints } from './cloud.ts'
import type { Attempt, Claims } from './entra-findings.ts'
import { listening, overloaded, signInError } from './sign-in-errors.ts'

type Request = Parameters<ClientAssertionCredential['getToken']>
type Token = Awaited<ReturnType<ClientAssertionCredential['getToken']>>
type Identity = Pick<Attempt, 'tenantId'> & { readonly auth: { readonly by: 'oidc'; readonly clientId: string } }

/**
 * Signs in to Entra with GitHub's token in place of a secret, for one audience. Every exchange takes a fresh token, since one lives for five minutes:
 * https://docs.github.com/actions/reference/security/oidc
 */
export class FederatedCredential {
  readonly #identity: Identity
  readonly #cloud: CloudEndpoints
  readonly #nextAssertion: () => Promise<string>
  readonly #patience: Patience

  constructor(identity: Identity, cloud: CloudEndpoints, nextAssertion: () => Promise<string>, patience: Patience) {
    this.#identity = identity
    this.#cloud = cloud
    this.#nextAssertion = nextAssertion
    this.#patience = patience
  }

  /**
   * Entra may make us wait for longer than GitHub's token lives; then a fresh one is tried.
   * @throws DeployError that tells what Entra did not accept, and what to create there.
   */
  async getToken(...request: Request): Promise<Token> {
    const first = new Exchange(this.#nextAssertion)
    try {
      return await this.#send(first, request)
    } catch (error) {
      if (first.waits === 0 || !isTooOld(error)) throw error
      return this.#send(new Exchange(this.#nextAssertion), request)
    }
  }

  async #send(exchange: Exchange, request: Request): Promise<Token> {
    const { tenantId, auth } = this.#identity
    const entra = listening()
    // One for each exchange, since it keeps the token that was refused.
    const credential = new ClientAssertionCredential(tenantId, auth.clientId, exchange.assertion, {
      authorityHost: this.#cloud.login,
      disableInstanceDiscovery: !this.#cloud.wellKnown,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        { policy: entra.policy, position: 'perRetry' },
        { policy: exchange.remembering, position: 'perRetry' },
        { policy: resending(exchange.counting(this.#patience), 'safe'), position: 'perRetry' },
      ],
    })
    try {
      return await credential.getToken(...request)
    } catch (error) {
      const reason = exchange.failure ?? entra.reasonOf(error)
      throw signInError(reason, { ...this.#identity, ...(exchange.sent && { claims: exchange.sent }) })
    }
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

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
function isTooOld(error: unknown): boolean {
  return error instanceof DeployError && error.facts['Entra error'] === 'AADSTS700024'
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
