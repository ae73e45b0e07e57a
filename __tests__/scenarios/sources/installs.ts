import type { EnvironmentVariable, GroupDefinition } from '../../../sandbox/container-instance/definition.ts'
import { graphSession } from '../../sandbox/graph-session.ts'
import { fieldsOf } from '../../specs/json.ts'
import type { Stage } from '../../stage.ts'
import { ACCESS_ADMINISTRATOR, MANAGEMENT_GROUP, resourceGroupOf, subscriptionOf } from '../grants/granted.ts'
import { azureOf, install } from '../lifecycle/by-hand.ts'

const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'

/** One of the ways to install a connector, and what it leaves behind in Azure. */
export type Source = {
  readonly title: string
  /** Name of the container group. */
  readonly name: string
  make(stage: Stage): Promise<{ readonly principal: string }>
  /** What a reader of the printed block changes in it, having read its comments. */
  readonly corrected: Readonly<Record<string, string>>
  /** Values behind the placeholders. */
  readonly secrets: Readonly<Record<string, string>>
}

type Parts = {
  readonly connectorId: string
  readonly isAdmin: boolean
  readonly memory: number
  /** Name of the container. */
  readonly container: string
  readonly ports?: readonly { readonly port: number; readonly protocol?: string }[]
  readonly further?: readonly EnvironmentVariable[]
}

/** What all of them have in common: a token that everybody can read, and Apono's registry. */
function group({ sandbox: { inputs } }: Stage, parts: Parts): GroupDefinition {
  const token = inputs['apono-token'] ?? ''
  const { connectorId, isAdmin, memory, container, ports, further = [] } = parts
  const metadata = {
    cloud_provider: 'AZURE',
    subscription_id: inputs['subscription-id'],
    resource_group: inputs['resource-group'],
    region: 'westeurope',
    is_azure_admin: isAdmin,
  }
  const environmentVariables = [
    { name: 'APONO_CONNECTOR_ID', value: connectorId },
    { name: 'APONO_TOKEN', value: token },
    { name: 'APONO_URL', value: 'api.apono.io' },
    { name: 'CONNECTOR_METADATA', value: JSON.stringify(metadata) },
    ...further,
  ]
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
          name: container,
          properties: {
            image: 'registry.apono.io/apono-connector:v1.7.6',
            environmentVariables,
            resources: { requests: { cpu: 1, memoryInGB: memory } },
            ...(ports && { ports }),
          },
        },
      ],
    },
  }
}

/** az names the container like the group; without an address it sends no ports. */
const cli: Source = {
  title: 'the CLI guide, for a subscription',
  name: 'apono-connector',
  async make(stage) {
    const parts = { connectorId: 'apono-connector', isAdmin: true, memory: 1.5, container: 'apono-connector' }
    const principal = await install(stage, 'apono-connector', group(stage, parts))
    await grant(stage, principal, subscriptionOf(stage))
    return { principal }
  },
  corrected: {},
  secrets: {},
}

const cliManagementGroup: Source = {
  title: 'the CLI guide, for a management group',
  name: 'team-eu',
  async make(stage) {
    const further = [
      { name: 'LOG_LEVEL', value: 'debug # really' },
      { name: 'DB_PASSWORD', value: 'hunter-2-canary' },
    ]
    const parts = { connectorId: 'team-eu', isAdmin: true, memory: 1.5, container: 'team-eu', further }
    const principal = await install(stage, 'team-eu', group(stage, parts))
    await grant(stage, principal, MANAGEMENT_GROUP)
    return { principal }
  },
  corrected: { permissions: 'management-group', 'management-group': 'mg-platform' },
  secrets: { DB_PASSWORD: 'hunter-2-canary' },
}

/** Its port object stays on the container, and leads nowhere. */
const powerShell: Source = {
  title: 'the PowerShell guide',
  name: 'apono-connector',
  async make(stage) {
    const ports = [{ port: 80, protocol: 'TCP' }]
    const further = [{ name: 'PROXY_PASSWORD', secureValue: 'kept-by-azure-canary' }]
    const parts = {
      connectorId: 'apono-connector',
      isAdmin: true,
      memory: 1.5,
      container: 'apono-connector',
      ports,
      further,
    }
    const principal = await install(stage, 'apono-connector', group(stage, parts))
    await grant(stage, principal, subscriptionOf(stage))
    return { principal }
  },
  corrected: {},
  secrets: { PROXY_PASSWORD: 'kept-by-azure-canary' },
}

const TERRAFORM_NAME = 'apono-apono-connector-3f9c'

async function terraform(stage: Stage, isAdmin: boolean): Promise<GroupDefinition> {
  const parts = {
    connectorId: 'apono-connector',
    isAdmin,
    memory: 2,
    container: 'apono-connector',
    ports: [{ port: 80, protocol: 'TCP' }],
  }
  const base = group(stage, parts)
  const [container] = base.properties.containers ?? []
  const livenessProbe = {
    httpGet: { path: '/healthz', port: 8080, scheme: 'http' },
    initialDelaySeconds: 30,
    periodSeconds: 30,
    failureThreshold: 3,
  }
  return {
    ...base,
    tags: { team: 'platform' },
    properties: {
      ...base.properties,
      containers: [{ ...container, properties: { ...container?.properties, livenessProbe } }],
      diagnostics: { logAnalytics: await workspace(stage, TERRAFORM_NAME) },
    },
  }
}

const terraformWith: Source = {
  title: 'the Terraform module with permissions',
  name: TERRAFORM_NAME,
  async make(stage) {
    const principal = await install(stage, TERRAFORM_NAME, await terraform(stage, true))
    await grant(stage, principal, subscriptionOf(stage))
    return { principal }
  },
  corrected: {},
  secrets: {},
}

/** With the variables that only this module has, and a zone. */
const terraformWithout: Source = {
  title: 'the Terraform module without permissions',
  name: TERRAFORM_NAME,
  async make(stage) {
    const id = `${resourceGroupOf(stage)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
    const identity = { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } }
    await install(stage, TERRAFORM_NAME, { ...(await terraform(stage, false)), identity, zones: ['1'] })
    return { principal: String(fieldsOf(stage.control.resource(id)?.properties).principalId) }
  },
  corrected: {},
  secrets: {},
}

export const SOURCES: readonly Source[] = [cli, cliManagementGroup, powerShell, terraformWith, terraformWithout]

/** As every guide grants: under a random name, without a description; and Directory Readers. */
async function grant(stage: Stage, principalId: string, scope: string): Promise<void> {
  stage.control.addRoleAssignment({ scope, roleDefinitionId: ACCESS_ADMINISTRATOR, principalId })
  const graph = await graphSession(stage.sandbox)
  const body = { principalId, roleDefinitionId: DIRECTORY_READERS, directoryScopeId: '/' }
  const { status } = await graph.send('POST', '/roleManagement/directory/roleAssignments', body)
  if (status !== 201) throw new Error(`Directory Readers was not given: ${status}`)
}

/** The workspace that the Terraform module always makes, as a group is told of it. */
async function workspace(stage: Stage, name: string) {
  const send = await azureOf(stage)
  const id = `${resourceGroupOf(stage)}/providers/Microsoft.OperationalInsights/workspaces/${name}`
  const properties = { sku: { name: 'PerGB2018' }, retentionInDays: 30 }
  await send('PUT', `${id}?api-version=2022-10-01`, { location: 'westeurope', tags: { team: 'platform' }, properties })
  const { exchange } = await send('GET', `${id}?api-version=2022-10-01`)
  const keys = await send('POST', `${id}/sharedKeys?api-version=2020-08-01`)
  return {
    workspaceId: String(fieldsOf(fieldsOf(exchange.replyBody).properties).customerId),
    workspaceKey: String(fieldsOf(keys.exchange.replyBody).primarySharedKey),
  }
}
