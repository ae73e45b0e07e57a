import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance'
import {
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import type { VaultSecret } from '../inputs/connector.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { parseJson } from '../json.ts'
import type { CloudEndpoints } from './cloud.ts'
import { restErrorOf } from './errors.ts'
import { type Graph, graphAt, noGraph } from './graph.ts'
import type { SecretReading } from './key-vault.ts'
import { checkedSuffix } from './key-vault-errors.ts'

export type ArmReply = { readonly status: number; readonly body: unknown; readonly retryAfter: string | undefined }

/** Everything that talks to Azure. The only place where clients are built. */
export type AzureClients = {
  readonly resourceManager: string
  readonly containerInstance: ContainerInstanceManagementClient
  readonly authorization: AuthorizationManagementClient
  readonly graph: Graph
  /** @throws DeployError `invalid-inputs` for a host that is no vault of this cloud, or what the SDK throws. */
  readSecret(secret: VaultSecret): Promise<SecretReading>
  /** A request to ARM that the SDKs have no call for. The URL has to be ARM's own; a body is sent as JSON. */
  send(url: string, method?: HttpMethods, body?: unknown): Promise<ArmReply>
}

export function createClients(
  inputs: Pick<Inputs, 'subscriptionId'>,
  cloud: CloudEndpoints,
  credential: TokenCredential,
  deadline: AbortSignal,
): AzureClients {
  const scope = `${cloud.resourceManagerAudience}/.default`
  // Ahead of the first request, and before Graph: GitHub's first token is there already, and ARM is asked first.
  credential.getToken(scope).catch(() => undefined)
  const options = {
    endpoint: cloud.resourceManager,
    credentialScopes: scope,
    userAgentOptions: { userAgentPrefix: 'apono-azure-connector-action' },
    retryOptions: { maxRetries: 3, maxRetryDelayInMs: 10_000 },
  }
  const containerInstance = new ContainerInstanceManagementClient(credential, inputs.subscriptionId, options)
  const authorization = new AuthorizationManagementClient(credential, inputs.subscriptionId, {
    ...options,
    $host: cloud.resourceManager,
  })
  for (const { pipeline } of [containerInstance, authorization]) {
    pipeline.addPolicy(stopAt(deadline))
    pipeline.addPolicy(stayAt(cloud.resourceManager))
  }
  return {
    resourceManager: cloud.resourceManager,
    containerInstance,
    authorization,
    graph: cloud.graph === undefined ? noGraph : graphAt(cloud.graph, credential, deadline),
    async readSecret(secret) {
      const suffix = checkedSuffix(secret, cloud.vaultSuffix)
      const { readVaultSecret } = await import('./key-vault.ts')
      return readVaultSecret(secret, suffix, credential, deadline)
    },
    send: sendWith(containerInstance),
  }
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

/** Replies name addresses to go on with; our token goes to nobody but the ARM we signed in for. */
function stayAt(resourceManager: string): PipelinePolicy {
  const { origin } = new URL(resourceManager)
  return {
    name: 'stayAtResourceManager',
    async sendRequest(request, next) {
      if (new URL(request.url).origin !== origin)
        throw new Error(`a reply of ARM led to another host: ${new URL(request.url).host}`)
      return next(request)
    },
  }
}

function sendWith(client: ContainerInstanceManagementClient): AzureClients['send'] {
  return async (url, method = 'GET', body = undefined) => {
    const type = body !== undefined && { 'content-type': 'application/json' }
    const headers = createHttpHeaders({ accept: 'application/json', ...type })
    const content = body !== undefined && { body: JSON.stringify(body) }
    const response = await client.sendRequest(createPipelineRequest({ url, method, headers, ...content }))
    if (response.status >= 400) throw restErrorOf(response)
    return {
      status: response.status,
      body: parseJson(response.bodyAsText),
      retryAfter: response.headers.get('retry-after'),
    }
  }
}
