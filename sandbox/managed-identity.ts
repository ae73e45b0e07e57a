import { armError, gatewayError } from './arm-error.ts'
import { type ArmRoute, param, type ResourceGroupRequest } from './arm-request.ts'
import { conform, isJsonObject, map, object, parseBody, string } from './json-shape.ts'
import { LOCATIONS, normaliseLocation } from './locations.ts'
import { identityRecord } from './managed-identity-record.ts'
import { addManagedIdentity, removePrincipal } from './principals.ts'
import type { Reply } from './protocol.ts'
import { checkTags } from './tags.ts'

const namespace = 'Microsoft.ManagedIdentity'
const type = `${namespace}/userAssignedIdentities`
const path = `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${type}/{name}`
const common = { apiVersions: ['2023-01-31'], namespace, level: 'resource-group', path } as const

/** User-assigned identities. Their federated credentials, which are another way to sign in, are not served. */
export const managedIdentityRoutes: readonly ArmRoute[] = [
  { ...common, method: 'GET', action: `${type}/read`, handle: getIdentity },
  { ...common, method: 'PUT', action: `${type}/write`, handle: putIdentity },
  { ...common, method: 'DELETE', action: `${type}/delete`, handle: deleteIdentity },
]

function getIdentity(request: ResourceGroupRequest): Reply {
  const record = request.world.resources.get(identityId(request).toLowerCase())
  if (record !== undefined) return { status: 200, body: record.body }
  const { resourceGroupName = '', name = '' } = request.call.params
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${resourceGroupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

/** Makes an identity with a principal of its own; of one that exists only the tags change. */
function putIdentity(request: ResourceGroupRequest): Reply {
  const { world, call, subscription } = request
  const id = identityId(request)
  const existing = world.resources.get(id.toLowerCase())
  // The shape is checked on the way.
  const sent = conform(parseBody(call.text), object({ location: string, tags: map(string) })) as {
    readonly location?: string
    readonly tags?: { readonly [name: string]: string }
  }
  const name = param(call, 'name')
  checkName(name)
  const location = checkedLocation(sent.location)
  checkTags(sent.tags)
  const tags = sent.tags ?? {}
  if (existing !== undefined) {
    if (existing.body.location !== location) throw invalidLocation(name, String(existing.body.location), location)
    existing.body = { ...existing.body, tags }
    return { status: 200, body: existing.body }
  }
  const { tenantId } = subscription
  const record = identityRecord({ id, tenantId, location, tags }, addManagedIdentity(world, tenantId, name))
  world.resources.set(id.toLowerCase(), record)
  return { status: 201, body: record.body }
}

function deleteIdentity(request: ResourceGroupRequest): Reply {
  const { world } = request
  const key = identityId(request).toLowerCase()
  const properties = world.resources.get(key)?.body.properties
  if (!isJsonObject(properties)) return { status: 204 }
  removePrincipal(world, String(properties.principalId))
  world.resources.delete(key)
  return { status: 200 }
}

/** The service writes `resourcegroups` in lower case into the ids of its identities. */
function identityId({ call, subscription, resourceGroup }: ResourceGroupRequest): string {
  const { name } = resourceGroup.body
  return `/subscriptions/${subscription.subscriptionId}/resourcegroups/${name}/providers/${type}/${param(call, 'name')}`
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{2,127}$/.test(name)) return
  throw armError(
    400,
    'InvalidResourceName',
    `The name '${name}' of an identity must be 3 to 128 letters, digits, - or _.`,
  )
}

function checkedLocation(sent = ''): string {
  const location = normaliseLocation(sent)
  if (LOCATIONS.includes(location)) return location
  throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.')
}

function invalidLocation(name: string, there: string, sent: string) {
  return gatewayError(
    409,
    'InvalidResourceLocation',
    `The resource '${name}' already exists in location '${there}'. A resource with the same name cannot be created in location '${sent}'. Please select a new resource name.`,
  )
}
