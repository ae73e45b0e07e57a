import { createHash } from 'node:crypto'
import { armError, gatewayError } from '../arm-error.ts'
import { param, type ResourceGroupRequest } from '../arm-request.ts'
import { boolean, conform, integer, isJsonObject, map, object, parseBody, string } from '../json-shape.ts'
import { LOCATIONS, normaliseLocation } from '../locations.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import { checkTags } from '../tags.ts'
import type { ArmRecord, World } from '../world.ts'
import { findWorkspace, recoverable, requireWorkspace, TYPE, workspaceBody, workspaceIdOf } from './workspace.ts'

type Sent = {
  readonly location?: string
  readonly tags?: { readonly [name: string]: string }
  readonly properties?: {
    readonly sku?: { readonly name?: string }
    readonly retentionInDays?: number
    readonly features?: { readonly disableLocalAuth?: boolean }
  }
}

const SHAPE = object({
  location: string,
  tags: map(string),
  properties: object({
    sku: object({ name: string }),
    retentionInDays: integer,
    features: object({ disableLocalAuth: boolean }),
  }),
})

/** Makes a workspace, changes it, or brings back one that was deleted: with its id, its keys and its logs. */
export function putWorkspace(request: ResourceGroupRequest): Reply {
  const { world } = request
  const id = workspaceIdOf(request)
  const sent = readBody(request.call.text)
  checkName(param(request.call, 'name'))
  const location = checkedLocation(sent.location)
  const there = findWorkspace(request) ?? recoverable(world, id)
  if (there !== undefined && there.body.location !== location) throw otherLocation(there, location)
  const record = there ?? newWorkspace(request, location)
  const isNew = findWorkspace(request) === undefined
  if (isNew) setProperty(record, 'readyFrom', world.clock.now() + world.timing.workspaceMs)
  change(record, { tags: {}, ...sent })
  world.deletedWorkspaces.delete(id)
  world.resources.set(id, record)
  return { status: there === undefined ? 201 : 200, body: workspaceBody(world, record) }
}

export function patchWorkspace(request: ResourceGroupRequest): Reply {
  const record = requireWorkspace(request)
  change(record, readBody(request.call.text))
  return { status: 200, body: workspaceBody(request.world, record) }
}

/** Deleted softly, unless `force` says for good. */
export function deleteWorkspace(request: ResourceGroupRequest): Reply {
  const { world, call } = request
  const record = findWorkspace(request)
  if (record === undefined) return { status: 204 }
  const id = workspaceIdOf(request)
  world.resources.delete(id)
  if (call.query.get('force') !== 'true') world.deletedWorkspaces.set(id, { record, deletedAt: world.clock.now() })
  return { status: 200 }
}

function readBody(text: string): Sent {
  // The shape is checked on the way.
  const sent = conform(parseBody(text), SHAPE) as Sent
  checkTags(sent.tags)
  const { sku, retentionInDays } = sent.properties ?? {}
  if (sku !== undefined && sku.name?.toLowerCase() !== 'pergb2018')
    throw armError(400, 'InvalidParameter', `The sandbox has no pricing tier '${sku.name}'.`)
  if (retentionInDays !== undefined && (retentionInDays < 30 || retentionInDays > 730))
    throw armError(400, 'InvalidParameter', "'RetentionInDays' property doesn't match the SKU limits.")
  return sent
}

/** What is not sent stays as it is. */
function change(record: ArmRecord, { tags, properties = {} }: Sent): void {
  const { sku, retentionInDays, features } = properties
  if (tags !== undefined) record.body = { ...record.body, tags }
  if (sku?.name !== undefined) setProperty(record, 'sku', { name: sku.name })
  if (retentionInDays !== undefined) setProperty(record, 'retentionInDays', retentionInDays)
  const before = propertiesOf(record).features
  if (features !== undefined) setProperty(record, 'features', { ...(isJsonObject(before) ? before : {}), ...features })
}

function newWorkspace({ world, call, ...request }: ResourceGroupRequest, location: string): ArmRecord {
  const id = workspaceIdOf({ world, call, ...request })
  const properties = {
    customerId: world.random.guid(),
    sku: { name: 'PerGB2018' },
    retentionInDays: 30,
    features: { legacy: 0, searchVersion: 1, enableLogAccessUsingOnlyResourcePermissions: true },
    publicNetworkAccessForIngestion: 'Enabled',
    publicNetworkAccessForQuery: 'Enabled',
    createdDate: world.clock.iso(),
    modifiedDate: world.clock.iso(),
    sharedKeys: { primarySharedKey: newKey(world), secondarySharedKey: newKey(world) },
  }
  return { id, body: { id, name: param(call, 'name'), type: TYPE, location, tags: {}, properties } }
}

/** 64 bytes in base64, as the service's. */
function newKey({ random }: World): string {
  return createHash('sha512').update(random.guid()).digest('base64')
}

function propertiesOf({ body }: ArmRecord): JsonObject {
  return isJsonObject(body.properties) ? body.properties : {}
}

function setProperty(record: ArmRecord, name: string, value: JsonObject[string]): void {
  record.body = { ...record.body, properties: { ...propertiesOf(record), [name]: value } }
}

function checkName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/.test(name)) return
  throw armError(400, 'InvalidResourceName', `The name '${name}' of a workspace must be 4 to 63 letters, digits or -.`)
}

function checkedLocation(sent = ''): string {
  const location = normaliseLocation(sent)
  if (LOCATIONS.includes(location)) return location
  throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.')
}

function otherLocation({ id, body }: ArmRecord, location: string) {
  const [, resourceGroup] = /\/resourcegroups\/([^/]+)/i.exec(id) ?? []
  return gatewayError(
    409,
    'InvalidResourceLocation',
    `The resource '${body.name}' already exists in location '${body.location}' in resource group '${resourceGroup}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  )
}
