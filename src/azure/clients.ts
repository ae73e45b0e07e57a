import { AuthorizationManagementClient } from '@azure/arm-authorization'
import { ContainerInstanceManagementClient } from '@azure/arm-containerinstance'
import {
  bearerTokenAuthenticationPolicyName,
  createHttpHeaders,
  createPipelineRequest,
  type HttpMethods,
} from '@azure/core-rest-pipeline'
import { madePatient } from '../http.ts'
import type { VaultSecret } from '../inputs/connector.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { parseJson } from '../json.ts'
import type { Patience } from '../patience.ts'
import { authenticated, type Credential } from './authenticate.ts'
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
  credential: Credential,
  patience: Patience,
): AzureClients {
  const scope = `${cloud.resourceManagerAudience}/.default`
  // Ahead of the first request, and before Graph: GitHub's first token is there already, and ARM is asked first.
  credential.getToken(scope).catch(() => undefined)
  const options = {
    endpoint: cloud.resourceManager,
    credentialScopes: scope,
    userAgentOptions: { userAgentPrefix: 'apono-azure-connector-action' },
  }
  const containerInstance = new ContainerInstanceManagementClient(credential, inputs.subscriptionId, options)
  const authorization = new AuthorizationManagementClient(credential, inputs.subscriptionId, {
    ...options,
    $host: cloud.resourceManager,
  })
  for (const { pipeline } of [containerInstance, authorization]) {
    pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })
    // Our POSTs to ARM register or read; none makes anything.
    madePatient(pipeline, patience, 'safe')
    authenticated(pipeline, credential, scope, cloud.resourceManager)
  }
  return {
    resourceManager: cloud.resourceManager,
    containerInstance,
    authorization,
    graph: cloud.graph === undefined ? noGraph : graphAt(cloud.graph, credential, patience),
    async readSecret(secret) {
      const suffix = checkedSuffix(secret, cloud.vaultSuffix)
      const { readVaultSecret } = await import('./key-vault.ts')
      return readVaultSecret(secret, suffix, credential, patience)
    },
    send: sendWith(containerInstance),
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
