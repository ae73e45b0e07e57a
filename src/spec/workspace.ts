import { createHash } from 'node:crypto'
import { type Actual, type ActualSet, addressOf, referenceTo } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Surroundings } from './desired.ts'
import type { AzureResource, LogTarget, Workspace } from './resources.ts'
import { CONNECTOR_TAG, MANAGED_BY, MANAGED_BY_TAG } from './tags.ts'

export const WORKSPACE_ADDRESS = addressOf('log-analytics-workspace', 0)

/** Its customer id, by which Container Instances knows it. */
export const CUSTOMER_ID = 'customer-id'

const LONGEST_NAME = 63

/**
 * Name of our workspace for a connector: the same in every run, and another for another connector, also where the id holds what
 * names of workspaces do not take. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
 */
export function workspaceName({ connectorId }: Pick<Inputs, 'connectorId'>): string {
  const plain = `${connectorId}-logs`
  if (/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(plain) && plain.length <= LONGEST_NAME) return plain
  const digest = createHash('sha256').update(connectorId).digest('hex').slice(0, 8)
  return `${connectorId.replaceAll(/[^A-Za-z0-9-]/g, '-').slice(0, LONGEST_NAME - 14)}-${digest}-logs`
}

/** ARM id of the workspace that these inputs send logs to; undefined for none. */
export function workspaceId(inputs: Inputs): string | undefined {
  switch (inputs.logAnalytics.to) {
    case 'nowhere':
      return undefined
    case 'own':
      return ownWorkspaceId(inputs)
    case 'existing':
      return inputs.logAnalytics.id
  }
}

export function ownWorkspaceId(inputs: Pick<Inputs, 'subscriptionId' | 'resourceGroup' | 'connectorId'>): string {
  return `/subscriptions/${inputs.subscriptionId}/resourceGroups/${inputs.resourceGroup}/providers/Microsoft.OperationalInsights/workspaces/${workspaceName(inputs)}`
}

/** The workspace that we make and keep: as the vendor's Terraform module makes it. */
export function desiredWorkspaces(inputs: Inputs, { location }: Pick<Surroundings, 'location'>): Workspace[] {
  if (inputs.operation === 'destroy' || inputs.logAnalytics.to !== 'own') return []
  return [
    {
      kind: 'log-analytics-workspace',
      address: WORKSPACE_ADDRESS,
      name: workspaceName(inputs),
      properties: {
        location,
        sku: 'PerGB2018',
        retention: inputs.logAnalytics.retention,
        localAuth: true,
        tags: { ...inputs.tags, [MANAGED_BY_TAG]: MANAGED_BY, [CONNECTOR_TAG]: inputs.connectorId },
      },
    },
  ]
}

/** Where a group of these inputs sends its log. */
export function logTarget(
  { logAnalytics }: Pick<Inputs, 'logAnalytics'>,
  { customerId }: Pick<Surroundings, 'customerId'>,
): LogTarget | null {
  switch (logAnalytics.to) {
    case 'nowhere':
      return null
    case 'own':
      return { workspace: referenceTo(WORKSPACE_ADDRESS, CUSTOMER_ID) }
    case 'existing':
      return { workspace: customerId ?? '' }
  }
}

/** Workspaces of ours that are to stay, with their logs, though the inputs do not ask us to keep them. */
export function workspacesToKeep(actual: ActualSet<AzureResource>, inputs: Inputs): Actual<AzureResource>[] {
  const isWanted = inputs.operation !== 'destroy' && inputs.logAnalytics.to === 'own'
  if (isWanted || (inputs.deleteWorkspace && !namesOwnWorkspace(inputs))) return []
  return [...actual.values()].filter(
    ({ resource, ownership }) => resource.kind === 'log-analytics-workspace' && ownership.by === 'us',
  )
}

/** A workspace that is named by its id is never touched, ours no more than others. */
export function namesOwnWorkspace(inputs: Inputs): boolean {
  const { logAnalytics } = inputs
  return logAnalytics.to === 'existing' && logAnalytics.id.toLowerCase() === ownWorkspaceId(inputs).toLowerCase()
}
