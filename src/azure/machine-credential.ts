import {
  createDefaultHttpClient,
  isRestError,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline'
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity'
import { isAborted, timedOut } from '../ended.ts'
import { DeployError, REACHABILITY_HINT } from '../errors.ts'
import type { Auth } from '../inputs/sign-in.ts'
import { mishapIn } from '../mishap.ts'
import type { Patience } from '../patience.ts'
import { resending } from '../resend.ts'

/** Seconds. The metadata service is on the machine itself or beside it: it answers at once, or it is not there. */
const LONGEST_ANSWER = 10

/** Signs in as a managed identity of the machine that the runner is on. */
export function machineCredential({ clientId }: Pick<Auth, 'clientId'>, patience: Patience): TokenCredential {
  // The SDK keeps nothing of an error but its text.
  let failure: unknown
  const policy = resending(patience, 'safe')
  const credential = new ManagedIdentityCredential({
    ...(clientId !== undefined && { clientId }),
    retryOptions: { maxRetries: 0 },
    // The SDK takes no policies here, but it does take a client.
    httpClient: {
      async sendRequest(request) {
        try {
          return answered(await policy.sendRequest(request, asking(patience)))
        } catch (error) {
          failure = error
          throw error
        }
      },
    },
  })
  return {
    async getToken(...request) {
      failure = undefined
      try {
        return await credential.getToken(...request)
      } catch (error) {
        if (failure instanceof DeployError) throw failure
        throw isAborted(failure) ? timedOut('sign in to Entra', failure) : noToken(clientId, error)
      }
    },
  }
}

/** One try. @throws DeployError `credential-unavailable` where there is no such service, which no further try mends. */
function asking(patience: Patience): (request: PipelineRequest) => Promise<PipelineResponse> {
  const client = createDefaultHttpClient()
  return async (request) => {
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), LONGEST_ANSWER * patience.limit)
    const { abortSignal } = request
    request.abortSignal = AbortSignal.any([limit.signal, ...(abortSignal instanceof AbortSignal ? [abortSignal] : [])])
    try {
      return upToDate(await client.sendRequest(request))
    } catch (error) {
      const { host } = new URL(request.url)
      throw limit.signal.aborted || isNobody(error) ? notInAzure(host, error) : error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Nobody listens there, or no way leads there. */
function isNobody(error: unknown): boolean {
  return (
    isRestError(error) &&
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|ETIMEDOUT)$/.test(error.code ?? '')
  )
}

/** What it answers for a minute while it is updated: https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling */
function upToDate(response: PipelineResponse): PipelineResponse {
  const { status, request } = response
  if ((status !== 404 && status !== 410) || !request.url.includes('/metadata/identity/')) return response
  throw new RestError(`${status}: the metadata service is being updated`, { code: 'UPDATING', request })
}

/** The last answer of all tries. @throws DeployError when it is none. */
function answered(response: PipelineResponse): PipelineResponse {
  if (mishapIn(response) === undefined) return response
  const { status, request } = response
  const message = `${new URL(request.url).host} answered ${status} again and again instead of giving a token.`
  throw new DeployError(status === 429 ? 'throttled' : 'unreachable', message, {
    hint: `Run again in some minutes. ${REACHABILITY_HINT}`,
  })
}

function notInAzure(host: string, cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DeployError(
    'credential-unavailable',
    `No managed identity was found: ${host} does not answer (${reason}).`,
    {
      hint: '`auth: managed-identity` needs a self-hosted runner on a virtual machine, in an App Service or another place in Azure that has an identity. Elsewhere, use `auth: oidc`.',
      cause,
    },
  )
}

function noToken(clientId: string | undefined, cause: unknown): DeployError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const which =
    clientId === undefined ? 'The machine of this runner' : `The identity ${clientId} on the machine of this runner`
  return new DeployError('credential-unavailable', `${which} gives no token: ${reason}`, {
    hint: [
      'Assign an identity to the machine, and name it by `client-id` if it is a user-assigned one:',
      '  az vm identity assign --resource-group <group> --name <machine> --identities <id of the identity>',
    ].join('\n'),
    cause,
  })
}
