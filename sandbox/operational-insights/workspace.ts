import { gatewayError } from '../arm-error.ts'
import { param, type ResourceGroupRequest } from '../arm-request.ts'
import { isJsonObject } from '../json-shape.ts'
import type { JsonObject } from '../protocol.ts'
import type { ArmRecord, World } from '../world.ts'

export const TYPE = 'Microsoft.OperationalInsights/workspaces'

/** Deleted ones can be brought back for 14 days: https://learn.microsoft.com/azure/azure-monitor/logs/delete-workspace */
const RECOVERABLE_MS = 14 * 24 * 3_600_000

/** The service writes group and provider in lower case into the ids of its workspaces. */
export function workspaceIdOf({ call, subscription, resourceGroup }: ResourceGroupRequest): string {
  const { subscriptionId } = subscription
  return `/subscriptions/${subscriptionId}/resourcegroups/${String(resourceGroup.body.name).toLowerCase()}/providers/microsoft.operationalinsights/workspaces/${param(call, 'name').toLowerCase()}`
}

export function findWorkspace(request: ResourceGroupRequest): ArmRecord | undefined {
  return request.world.resources.get(workspaceIdOf(request))
}

export function requireWorkspace(request: ResourceGroupRequest): ArmRecord {
  const record = findWorkspace(request)
  if (record !== undefined) return record
  const { resourceGroupName = '', name = '' } = request.call.params
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${TYPE}/${name}' under resource group '${resourceGroupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

/** Those below a scope, in the order they were made. */
export function workspacesBelow(world: World, scope: string): ArmRecord[] {
  return [...world.resources.values()].filter(
    ({ id, body }) => body.type === TYPE && id.toLowerCase().startsWith(`${scope.toLowerCase()}/`),
  )
}

/** What can still be brought back. */
export function recoverable(world: World, id: string): ArmRecord | undefined {
  const deleted = world.deletedWorkspaces.get(id)
  return deleted !== undefined && world.clock.now() < deleted.deletedAt + RECOVERABLE_MS ? deleted.record : undefined
}

/** Kept with the workspace and shown by nothing but the request for keys. */
type Inside = { readonly sharedKeys: JsonObject; readonly readyFrom: number }

export function insideOf({ body }: ArmRecord): Inside {
  const properties = isJsonObject(body.properties) ? body.properties : {}
  const { sharedKeys, readyFrom } = properties
  return { sharedKeys: isJsonObject(sharedKeys) ? sharedKeys : {}, readyFrom: Number(readyFrom ?? 0) }
}

/** A workspace as readers see it. */
export function workspaceBody(world: World, record: ArmRecord): JsonObject {
  const { properties, ...envelope } = record.body
  const { sharedKeys: _, readyFrom, ...shown } = isJsonObject(properties) ? properties : {}
  const provisioningState = world.clock.now() < Number(readyFrom ?? 0) ? 'Creating' : 'Succeeded'
  return { properties: { ...shown, provisioningState }, ...envelope }
}
