import type { GroupDefinition } from '../../../sandbox/container-instance/definition.ts'
import { armClient, jobToken, redeem, type Send } from '../../specs/arm-client.ts'
import { fieldsOf } from '../../specs/json.ts'
import type { Stage } from '../../stage.ts'

/** Requests to Azure as somebody sends them who does not use the action. */
export async function azureOf({ sandbox }: Stage): Promise<Send> {
  const { origin, env, inputs } = sandbox
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = '' } = env
  const { 'tenant-id': tenantId = '', 'client-id': clientId = '' } = inputs
  const signIn = { origin, requestUrl, requestToken, tenantId, clientId }
  const { body } = await redeem(signIn, await jobToken(signIn))
  return armClient(origin, String(fieldsOf(body).access_token))
}

/** Makes a group by hand. @returns the object id of its identity. */
export async function install(stage: Stage, name: string, group: GroupDefinition): Promise<string> {
  const send = await azureOf(stage)
  const { exchange } = await send('PUT', `${stage.groupId(name)}?api-version=2023-05-01`, group)
  if (exchange.status !== 201) throw new Error(`the group was not made: ${JSON.stringify(exchange.replyBody)}`)
  return String(fieldsOf(fieldsOf(exchange.replyBody).identity).principalId)
}

/** A POST such as `stop` or `restart`. */
export async function act(stage: Stage, action: 'stop' | 'start' | 'restart', name?: string): Promise<void> {
  const send = await azureOf(stage)
  const { exchange } = await send('POST', `${stage.groupId(name)}/${action}?api-version=2023-05-01`)
  if (exchange.status >= 300) throw new Error(`${action} was refused: ${JSON.stringify(exchange.replyBody)}`)
}

/** What the `az container create` line of Apono's guide makes: every variable readable, no tags, 1.5 GB, no probe. */
export function vendorGroup({ sandbox: { inputs } }: Stage, connectorId = 'apono-connector'): GroupDefinition {
  const token = inputs['apono-token'] ?? ''
  const metadata = {
    cloud_provider: 'AZURE',
    subscription_id: inputs['subscription-id'],
    resource_group: inputs['resource-group'],
    region: 'westeurope',
    is_azure_admin: true,
  }
  return {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    tags: {},
    properties: {
      osType: 'Linux',
      restartPolicy: 'Always',
      imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono', password: token }],
      containers: [
        {
          name: 'apono-connector',
          properties: {
            image: 'registry.apono.io/apono-connector:v1.7.8',
            environmentVariables: [
              { name: 'APONO_CONNECTOR_ID', value: connectorId },
              { name: 'APONO_TOKEN', value: token },
              { name: 'APONO_URL', value: 'api.apono.io' },
              { name: 'CONNECTOR_METADATA', value: JSON.stringify(metadata) },
            ],
            resources: { requests: { cpu: 1, memoryInGB: 1.5 } },
          },
        },
      ],
    },
  }
}

export const TERRAFORM_NAME = 'apono-apono-connector-3f9c'

/** What the Terraform module makes: 2 GB, a probe, Log Analytics, a container of its own name. */
export function terraformGroup(stage: Stage): GroupDefinition {
  const group = vendorGroup(stage)
  const [container] = group.properties.containers ?? []
  return {
    ...group,
    properties: {
      ...group.properties,
      containers: [
        {
          name: TERRAFORM_NAME,
          properties: {
            ...container?.properties,
            resources: { requests: { cpu: 1, memoryInGB: 2 } },
            livenessProbe: {
              httpGet: { path: '/healthz', port: 8080, scheme: 'http' },
              initialDelaySeconds: 30,
              periodSeconds: 30,
              failureThreshold: 3,
            },
          },
        },
      ],
      diagnostics: {
        logAnalytics: {
          workspaceId: '6fd8a5b4-5a3c-4f1e-9d7b-2c1e0a9b8d77',
          workspaceKey: Buffer.from('a key of a workspace that is none').toString('base64'),
        },
      },
    },
  }
}

/** A container that has nothing to do with Apono. */
export const WEB: GroupDefinition = {
  location: 'westeurope',
  properties: {
    osType: 'Linux',
    containers: [{ name: 'web', properties: { image: 'nginx', resources: { requests: { cpu: 1, memoryInGB: 1 } } } }],
  },
}
