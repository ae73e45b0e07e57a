import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { SecretClient } from '@azure/keyvault-secrets'
import type { DeployError } from '../errors.ts'
import type { VaultSecret } from '../inputs/connector.ts'
import { field, parseJson, text } from '../json.ts'
import type { Patience } from '../patience.ts'
import { resending } from '../resend.ts'
import { restErrorOf } from './errors.ts'
import { unknownForm } from './understood.ts'

/** A secret as its vault gives it, with the times between which it is meant to be used. */
export type SecretReading = {
  readonly value: string
  readonly notBefore: Date | undefined
  readonly expires: Date | undefined
}

/** The SDK's own errors lose the reason of a 403, and it fails over a refusal without a body and over what is no secret. */
const answersInForm: PipelinePolicy = {
  name: 'answersInForm',
  async sendRequest(request, next) {
    const response = await next(request)
    if (response.status >= 400) throw restErrorOf(response)
    if (!isSecret(jsonOf(response))) throw notASecret(request)
    return response
  },
}

/** The SDK goes by the type too. */
function jsonOf({ headers, bodyAsText }: PipelineResponse): unknown {
  return headers.get('content-type')?.includes('json') ? parseJson(bodyAsText) : undefined
}

/** What the SDK takes for granted: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret#secretbundle */
function isSecret(body: unknown): boolean {
  const id = text(field(body, 'id'))
  return (
    typeof field(body, 'value') === 'string' &&
    id !== undefined &&
    /^https:\/\/[^/]+\/secrets\/[^/]+(\/[^/]+)?$/.test(id)
  )
}

/** Says nothing of what came: a part of it may be the secret. */
function notASecret({ url }: PipelineRequest): DeployError {
  const { host } = new URL(url)
  return unknownForm(`a secret of ${host}`, new Error('no `value` or no `id` of a secret'))
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
  patience: Patience,
): Promise<SecretReading> {
  const scope = `https://${suffix}/.default`
  // Vaults ask for a token before they say anything; it is fetched meanwhile.
  credential.getToken(scope).catch(() => undefined)
  const client = new SecretClient(
    `https://${host}`,
    { getToken: () => credential.getToken(scope) },
    {
      userAgentOptions: { userAgentPrefix: 'apono-azure-connector-action' },
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        { policy: answersInForm, position: 'perCall' },
        { policy: resending(patience, 'safe'), position: 'perRetry' },
      ],
    },
  )
  const { value = '', properties } = await client.getSecret(name, {
    ...(version !== undefined && { version }),
    abortSignal: patience.deadline,
  })
  return { value, notBefore: momentIn(properties.notBefore), expires: momentIn(properties.expiresOn) }
}

/** Where the vault gives no number, the SDK hands on what came, or a Date of nothing, both against its types. */
function momentIn(told: unknown): Date | undefined {
  return told instanceof Date && !Number.isNaN(told.getTime()) ? told : undefined
}
