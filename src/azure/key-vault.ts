import type { PipelinePolicy } from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import type { VaultSecret } from '../inputs/connector.ts'
import { restErrorOf } from './errors.ts'

/** A secret as its vault gives it, with the times between which it is meant to be used. */
export type SecretReading = {
  readonly value: string
  readonly notBefore: Date | undefined
  readonly expires: Date | undefined
}

/** The SDK's own errors lose the reason of a 403, and the SDK fails over a refusal without a body. */
const refusalsWithBodies: PipelinePolicy = {
  name: 'refusalsWithBodies',
  async sendRequest(request, next) {
    const response = await next(request)
    if (response.status >= 400) throw restErrorOf(response)
    return response
  },
}

/**
 * Reads one secret. The heavy part: whoever imports this file loads the SDK of Key Vault.
 * @param suffix what the host of every vault of this cloud ends with. The vault's own word on whom its token has to be for is not
 *   followed, so that a token leaves for vaults only, and names nothing else.
 */
export async function readVaultSecret(
  { host, name, version }: VaultSecret,
  suffix: string,
  credential: TokenCredential,
  deadline: AbortSignal,
): Promise<SecretReading> {
  const scope = `https://${suffix}/.default`
  // Vaults ask for a token before they say anything; it is fetched meanwhile.
  credential.getToken(scope).catch(() => undefined)
  const client = new SecretClient(
    `https://${host}`,
    { getToken: () => credential.getToken(scope) },
    {
      userAgentOptions: { userAgentPrefix: 'apono-azure-connector-action' },
      retryOptions: { maxRetries: 3, maxRetryDelayInMs: 10_000 },
      additionalPolicies: [{ policy: refusalsWithBodies, position: 'perCall' }],
    },
  )
  const { value = '', properties } = await client.getSecret(name, {
    ...(version !== undefined && { version }),
    abortSignal: deadline,
  })
  return { value, notBefore: properties.notBefore, expires: properties.expiresOn }
}
