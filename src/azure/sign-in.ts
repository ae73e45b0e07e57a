import { ClientAssertionCredential } from '@azure/identity'
import type { Inputs } from '../inputs.ts'
import { field, parseJson, text } from '../json.ts'
import type { CloudEndpoints } from './cloud.ts'
import { signInError } from './sign-in-errors.ts'

/** What Entra compares with the federated credential, as it stands in the token that was sent. */
export type Claims = { readonly subject: string; readonly issuer: string; readonly audience: string }

type Identity = Pick<Inputs, 'clientId' | 'tenantId'>
type Token = Awaited<ReturnType<ClientAssertionCredential['getToken']>>

/**
 * Signs in to Entra with GitHub's token in place of a secret. Every exchange takes a fresh token, since one lives for five minutes:
 * https://docs.github.com/actions/reference/security/oidc. Access tokens stay in memory.
 */
export class FederatedCredential {
  readonly #credential: ClientAssertionCredential
  readonly #identity: Identity
  #sent: Claims | undefined
  #assertion: Promise<string> | undefined

  constructor(identity: Identity, cloud: CloudEndpoints, nextAssertion: () => Promise<string>) {
    this.#identity = identity
    // MSAL asks more than once within one exchange.
    const getAssertion = async () => {
      this.#assertion ??= nextAssertion()
      const assertion = await this.#assertion
      this.#sent = claimsOf(assertion)
      return assertion
    }
    this.#credential = new ClientAssertionCredential(identity.tenantId, identity.clientId, getAssertion, {
      authorityHost: cloud.login,
      disableInstanceDiscovery: !cloud.wellKnown,
    })
  }

  /** @throws DeployError that tells what Entra did not accept, and what to create there. */
  async getToken(...request: Parameters<ClientAssertionCredential['getToken']>): Promise<Token> {
    try {
      return await this.#credential.getToken(...request)
    } catch (error) {
      throw signInError(error, this.#identity, this.#sent)
    } finally {
      this.#assertion = undefined
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
