import { field, list, text } from '../json.ts'
import { workspaceName } from '../spec/workspace.ts'
import { shortRegion } from './container-group-arm.ts'
import type { Context } from './context.ts'

export const WORKSPACE_VERSION = '2022-10-01'

/**
 * Our workspace, as it was deleted less than 14 days ago. A PUT of the same name in the same region brings it back with its logs; until
 * then the name is taken: https://learn.microsoft.com/azure/azure-monitor/logs/delete-workspace
 */
export async function deletedWorkspace({
  clients,
  inputs,
}: Pick<Context, 'clients' | 'inputs'>): Promise<{ readonly location: string } | undefined> {
  const group = `/subscriptions/${inputs.subscriptionId}/resourceGroups/${inputs.resourceGroup}`
  const { body } = await clients.send(
    `${clients.resourceManager}${group}/providers/Microsoft.OperationalInsights/deletedWorkspaces?api-version=${WORKSPACE_VERSION}`,
  )
  const name = workspaceName(inputs).toLowerCase()
  const found = list(field(body, 'value')).find((each) => text(field(each, 'name'))?.toLowerCase() === name)
  return found === undefined ? undefined : { location: shortRegion(text(field(found, 'location')) ?? '') }
}
