import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance'
import { createHttpHeaders, createPipelineRequest, type PipelinePolicy } from '@azure/core-rest-pipeline'
import type { Inputs } from '../inputs.ts'
import { parseJson } from '../json.ts'
import type { CloudEndpoints } from './cloud.ts'
import { restErrorOf } from './errors.ts'
import { FederatedCredential } from './sign-in.ts'

export type ArmReply = { readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined }

/** Everything that talks to Azure. The only place where clients are built. */
export type AzureClients = {
  readonly resourceManager: string
  readonly containerInstance: ContainerInstanceManagementClient
  /** GET of what the SDK has no call for. The URL has to be ARM's own. */
  get(url: string): Promise<ArmReply>
}

export function createClients(
  inputs: Pick<Inputs, 'clientId' | 'tenantId' | 'subscriptionId'>,
  cloud: CloudEndpoints,
  nextAssertion: () => Promise<string>,
  deadline: AbortSignal,
): AzureClients {
  const credential = new FederatedCredential(inputs, cloud, nextAssertion)
  const containerInstance = new ContainerInstanceManagementClient(credential, inputs.subscriptionId, {
    endpoint: cloud.resourceManager,
    credentialScopes: `${cloud.resourceManagerAudience}/.default`,
    userAgentOptions: { userAgentPrefix: 'apono-azure-connector-action' },
    retryOptions: { maxRetries: 3, maxRetryDelayInMs: 10_000 },
  })
  containerInstance.pipeline.addPolicy(stopAt(deadline))
  return { resourceManager: cloud.resourceManager, containerInstance, get: getWith(containerInstance) }
}

/** Every request ends with the run. */
function stopAt(deadline: AbortSignal): PipelinePolicy {
  return {
    name: 'stopAtDeadline',
    sendRequest(request, next) {
      request.abortSignal ??= deadline
      return next(request)
    },
  }
}

function getWith(client: ContainerInstanceManagementClient): AzureClients['get'] {
  return async (url) => {
    const headers = createHttpHeaders({ accept: 'application/json' })
    const response = await client.sendRequest(createPipelineRequest({ url, headers }))
    if (response.status >= 400) throw restErrorOf(response)
    return {
      status: response.status,
      body: parseJson(response.bodyAsText),
      retryAfter: response.headers.get('retry-after'),
    }
  }
}
