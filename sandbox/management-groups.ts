import { armError } from './arm-error.ts'
import { type ArmRoute, param, type TenantRequest } from './arm-request.ts'
import { isAllowed } from './authorization.ts'
import { type JsonObject, Refusal, type Reply } from './protocol.ts'
import { findManagementGroup, managementGroupId } from './scopes.ts'
import type { ManagementGroup, World } from './world.ts'

const path = '/providers/Microsoft.Management/managementGroups'
const type = 'Microsoft.Management/managementGroups'
const common = { level: 'tenant', method: 'GET', apiVersions: ['2021-04-01'] } as const

export const managementGroupRoutes: readonly ArmRoute[] = [
  { ...common, path, handle: listGroups },
  { ...common, path: `${path}/{groupId}`, handle: getGroup },
]

/** Who may not read a group is told so in other words than elsewhere in ARM, and not told whether it exists. */
function getGroup(request: TenantRequest): Reply {
  const { world, call } = request
  const group = findManagementGroup(world, param(call, 'groupId'))
  if (group === undefined || !isReadable(request, group)) {
    throw armError(400, 'BadRequest', 'Reader level access is required on the management group or group ancestors.')
  }
  refuseExpansion(call.query)
  return { status: 200, body: groupBody(world, group) }
}

function listGroups(request: TenantRequest): Reply {
  const readable = request.world.managementGroups.filter((group) => isReadable(request, group))
  return { status: 200, body: { value: readable.map(envelope) } }
}

function isReadable({ world, caller }: TenantRequest, { name, tenantId }: ManagementGroup): boolean {
  return tenantId === caller.tenantId && isAllowed(world, caller, `${type}/read`, managementGroupId(name))
}

function envelope({ name, displayName, tenantId }: ManagementGroup): JsonObject {
  return { id: managementGroupId(name), type, name, properties: { tenantId, displayName } }
}

function groupBody(world: World, group: ManagementGroup): JsonObject {
  const above = group.parent === undefined ? undefined : findManagementGroup(world, group.parent)
  const parent =
    above === undefined
      ? {}
      : { parent: { id: managementGroupId(above.name), name: above.name, displayName: above.displayName } }
  const { tenantId, displayName } = group
  const details = { version: 1, updatedTime: '2020-01-01T00:00:00Z', updatedBy: tenantId, ...parent }
  return { ...envelope(group), properties: { tenantId, displayName, details } }
}

/** Loudly rather than wrongly: with `$expand` the reply would be another one. */
function refuseExpansion(query: URLSearchParams): void {
  const option = ['$expand', '$recurse', '$filter'].find((name) => query.has(name))
  if (option === undefined) return
  const message = `The sandbox has no ${option} of management groups. Add it, or see sandbox/DIFFERENCES.md.`
  throw new Refusal({ status: 501, body: { error: { code: 'SandboxNotImplemented', message } } })
}
