import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import { ManagedIdentityCredential, type TokenCredential } from '@azure/identity'
import { DeployError } from '../errors.ts'
import type { Auth } from '../inputs/sign-in.ts'

/** The metadata service is on the machine itself or beside it: it answers at once, or it is not there. */
const PATIENCE_MS = 10_000

/** Signs in as a managed identity of the machine that the runner is on. */
export function machineCredential({ clientId }: Pick<Auth, 'clientId'>): TokenCredential {
  let absence: DeployError | undefined
  const client = createDefaultHttpClient()
  // The SDK takes no policies here, but it does take a client.
  const httpClient: HttpClient = {
    async sendRequest(request) {
      request.timeout = PATIENCE_MS
      try {
        return await client.sendRequest(request)
      } catch (error) {
        absence = notInAzure(new URL(request.url).host, error)
        // Not an error of the network, so it is not tried again.
        throw absence
      }
    },
  }
  const credential = new ManagedIdentityCredential({
    ...(clientId !== undefined && { clientId }),
    httpClient,
  })
  return {
    async getToken(...request) {
      absence = undefined
      try {
        return await credential.getToken(...request)
      } catch (error) {
        throw absence ?? noToken(clientId, error)
      }
    },
  }
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
