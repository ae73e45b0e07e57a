import { gatewayError } from './arm-error.ts'
import { param, type SubscriptionRequest } from './arm-request.ts'
import { conform, map, object, parseBody, string } from './json-shape.ts'
import { LOCATIONS, normaliseLocation } from './locations.ts'
import type { Reply } from './protocol.ts'
import { checkTags } from './tags.ts'
import type { ArmRecord } from './world.ts'

export function findResourceGroup({ world, call, subscription }: SubscriptionRequest): ArmRecord {
  const name = param(call, 'resourceGroupName')
  const id = `/subscriptions/${subscription.subscriptionId}/resourceGroups/${name}`
  const record = world.resources.get(id.toLowerCase())
  if (record !== undefined) return record
  throw gatewayError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`)
}

export function getResourceGroup(request: SubscriptionRequest): Reply {
  return { status: 200, body: findResourceGroup(request).body }
}

/** 204 for there, 404 for not there, and no body in either case. */
export function headResourceGroup(request: SubscriptionRequest): Reply {
  return { status: request.world.resources.has(resourceGroupId(request).toLowerCase()) ? 204 : 404 }
}

export function putResourceGroup(request: SubscriptionRequest): Reply {
  const { world, call } = request
  const id = resourceGroupId(request)
  const existing = world.resources.get(id.toLowerCase())
  // The shape is checked on the way.
  const sent = conform(parseBody(call.text), object({ location: string, tags: map(string) })) as {
    readonly location?: string
    readonly tags?: { readonly [name: string]: string }
  }
  const name = param(call, 'resourceGroupName')
  checkName(name)
  const location = checkedLocation(sent.location)
  checkTags(sent.tags)
  if (existing !== undefined && existing.body.location !== location) {
    throw gatewayError(
      409,
      'InvalidResourceGroupLocation',
      `Invalid resource group location '${location}'. The Resource group already exists in location '${existing.body.location}'.`,
    )
  }
  const body = {
    id: existing?.id ?? id,
    name: existing?.body.name ?? name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    ...(sent.tags === undefined ? {} : { tags: sent.tags }),
    properties: { provisioningState: 'Succeeded' },
  }
  world.resources.set(id.toLowerCase(), { id: body.id, body })
  return { status: existing === undefined ? 201 : 200, body }
}

function resourceGroupId({ subscription, call }: SubscriptionRequest): string {
  return `/subscriptions/${subscription.subscriptionId}/resourceGroups/${param(call, 'resourceGroupName')}`
}

function checkName(name: string): void {
  if (/^[-\w._()]{1,90}$/.test(name) && !name.endsWith('.')) return
  throw gatewayError(
    400,
    'InvalidResourceGroup',
    "The provided resource group name has these invalid characters or length. The name can only be a letter, digit, '-', '.', '(', ')' or '_', of 90 characters at most.",
  )
}

function checkedLocation(sent: string | undefined): string {
  if (sent === undefined || sent === '') {
    throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.')
  }
  const location = normaliseLocation(sent)
  if (LOCATIONS.includes(location)) return location
  throw gatewayError(
    400,
    'LocationNotAvailableForResourceGroup',
    `The provided location '${sent}' is not available for resource group. List of available regions is '${LOCATIONS.join(',')}'.`,
  )
}
