import { ClientAssertionCredential } from '@azure/identity'
import type { Http } from '../http.ts'
import { field, parseJson, text } from '../json.ts'
import type { CloudEndpoints } from './cloud.ts'
import type { Attempt, Claims } from './entra-findings.ts'
import { reasonOf, signInError } from './sign-in-errors.ts'

type Token = Awaited<ReturnType<ClientAssertionCredential['getToken']>>
type Identity = Pick<Attempt, 'tenantId'> & { readonly auth: { readonly by: 'oidc'; readonly clientId: string } }

/**
 * Signs in to Entra with GitHub's token in place of a secret, for one audience. Every exchange takes a fresh token, since one lives for five minutes:
 * https://docs.github.com/actions/reference/security/oidc
 */
export class FederatedCredential {
  readonly #credential: ClientAssertionCredential
  readonly #identity: Identity
  readonly #cloud: CloudEndpoints
  readonly #http: Http
  #sent: Claims | undefined
  #assertion: Promise<string> | undefined
  #noAssertion: unknown

  constructor(identity: Identity, cloud: CloudEndpoints, nextAssertion: () => Promise<string>, http: Http) {
    this.#identity = identity
    this.#cloud = cloud
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
    this.#credential = new ClientAssertionCredential(identity.tenantId, identity.auth.clientId, getAssertion, {
      authorityHost: cloud.login,
      disableInstanceDiscovery: !cloud.wellKnown,
    })
  }

  /** @throws DeployError that tells what Entra did not accept, and what to create there. */
  async getToken(...request: Parameters<ClientAssertionCredential['getToken']>): Promise<Token> {
    this.#assertion = undefined
    this.#noAssertion = undefined
    try {
      return await this.#credential.getToken(...request)
    } catch (error) {
      const { tenantId } = this.#identity
      const reason = this.#noAssertion ?? (await reasonOf(error, tenantId, this.#cloud, this.#http))
      throw signInError(reason, { ...this.#identity, ...(this.#sent && { claims: this.#sent }) })
    }
  }
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
