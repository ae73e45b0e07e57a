import { gatewayError } from './arm-error.ts'
import type { ArmRoute, ResourceGroupRequest, SubscriptionRequest, TenantRequest } from './arm-request.ts'
import { isAllowed, seesSubscription } from './authorization.ts'
import { groupsBelow } from './container-instance/group-lookup.ts'
import { groupBody } from './container-instance/reply.ts'
import type { JsonObject, Reply } from './protocol.ts'
import { getProvider, registerProvider } from './providers.ts'
import { getResourceGroup, headResourceGroup, putResourceGroup } from './resource-groups.ts'
import { SUBNET_TYPE } from './virtual-networks.ts'
import type { Subscription } from './world.ts'

/** Those the SDKs and az in Debian use. */
const apiVersions = ['2019-11-01', '2021-04-01', '2022-09-01', '2022-12-01', '2025-04-01']

const subscription = '/subscriptions/{subscriptionId}'
const resourceGroup = `${subscription}/resourceGroups/{resourceGroupName}`
const groupAction = 'Microsoft.Resources/subscriptions/resourceGroups'
const provider = `${subscription}/providers/{namespace}`

const common = { apiVersions, level: 'subscription' } as const

export const resourceRoutes: readonly ArmRoute[] = [
  {
    level: 'tenant',
    apiVersions,
    method: 'GET',
    path: '/subscriptions',
    handle: listSubscriptions,
  },
  {
    ...common,
    method: 'GET',
    path: subscription,
    handle: getSubscription,
  },
  { ...common, method: 'GET', path: `${subscription}/resourceGroups`, handle: listResourceGroups },
  { ...common, method: 'GET', path: resourceGroup, action: `${groupAction}/read`, handle: getResourceGroup },
  { ...common, method: 'HEAD', path: resourceGroup, action: `${groupAction}/read`, handle: headResourceGroup },
  { ...common, method: 'PUT', path: resourceGroup, action: `${groupAction}/write`, handle: putResourceGroup },
  {
    apiVersions,
    level: 'resource-group',
    method: 'GET',
    path: `${resourceGroup}/resources`,
    scope: resourceGroup,
    action: `${groupAction}/resources/read`,
    handle: listResources,
  },
  { ...common, method: 'GET', path: `${subscription}/resources`, handle: listInSubscription },
  {
    ...common,
    method: 'GET',
    path: provider,
    scope: subscription,
    action: 'Microsoft.Resources/subscriptions/providers/read',
    handle: getProvider,
  },
  {
    ...common,
    method: 'POST',
    path: `${provider}/register`,
    scope: subscription,
    action: '{namespace}/register/action',
    handle: registerProvider,
  },
]

/** Only what the caller has a role in; a caller without any gets an empty list, not a refusal. */
function listSubscriptions({ world, caller }: TenantRequest): Reply {
  const value = world.subscriptions.filter((each) => seesSubscription(world, caller, each)).map(subscriptionBody)
  // The specification requires a nextLink, also where nothing follows.
  return { status: 200, body: { value, count: { type: 'Total', value: value.length }, nextLink: '' } }
}

function getSubscription({ subscription }: SubscriptionRequest): Reply {
  return { status: 200, body: subscriptionBody(subscription) }
}

function subscriptionBody({ subscriptionId, tenantId, displayName, managedByTenants }: Subscription): JsonObject {
  return {
    id: `/subscriptions/${subscriptionId}`,
    authorizationSource: 'RoleBased',
    managedByTenants: managedByTenants.map((each) => ({ tenantId: each })),
    subscriptionId,
    tenantId,
    displayName,
    state: 'Enabled',
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  }
}

/** ARM lists the groups the caller may read and leaves out the others without a word. */
function listResourceGroups({ world, caller, call, subscription }: SubscriptionRequest): Reply {
  if (call.query.get('$filter') !== null) {
    throw gatewayError(400, 'InvalidFilterInQueryString', 'The sandbox does not filter resource groups.')
  }
  const prefix = `/subscriptions/${subscription.subscriptionId}/resourcegroups/`
  const value = [...world.resources.values()]
    .filter(({ id, body }) => id.toLowerCase().startsWith(prefix) && body.type === 'Microsoft.Resources/resourceGroups')
    .filter(({ id }) => isAllowed(world, caller, `${groupAction}/read`, id))
    .map(({ body }) => body)
  return { status: 200, body: { value } }
}

/** The envelopes of all resources of a group; what is inside them is for their own services to show. */
function listResources({ world, resourceGroup }: ResourceGroupRequest): Reply {
  const prefix = `${resourceGroup.id.toLowerCase()}/`
  const plain = [...world.resources.values()].filter(
    ({ id, body }) => id.toLowerCase().startsWith(prefix) && !String(body.type).startsWith('Microsoft.Authorization/'),
  )
  const groups = groupsBelow(world, resourceGroup.id).map((group) => groupBody(world, group, 'without-views'))
  const value = [...plain.map(({ body }) => body), ...groups].filter(isTopLevel).map(envelopeOf)
  return { status: 200, body: { value } }
}

/** What the caller may see of the resources that the filter lets through: by type and by name. */
function listInSubscription({ world, caller, call, subscription }: SubscriptionRequest): Reply {
  const wanted = filterOf(call.query.get('$filter') ?? '')
  const below = `/subscriptions/${subscription.subscriptionId}/`
  const groups = groupsBelow(world, below.replace(/\/$/, '')).map((group) => groupBody(world, group, 'without-views'))
  const value = [...[...world.resources.values()].map(({ body }) => body), ...groups]
    .filter((body) => String(body.id).toLowerCase().startsWith(below) && isTopLevel(body) && wanted(body))
    .filter(({ id, type }) => isAllowed(world, caller, `${type}/read`, String(id)))
  return { status: 200, body: { value: value.map(envelopeOf) } }
}

function filterOf(text: string): (body: JsonObject) => boolean {
  const terms =
    text === '' ? [] : text.split(/ and /i).map((term) => /^(resourceType|name) eq '([^']*)'$/i.exec(term.trim()))
  return (body) =>
    terms.every((term) => {
      const [, property, wanted = ''] = term ?? []
      if (property === undefined)
        throw gatewayError(400, 'InvalidFilterInQueryString', `The sandbox does not know the filter '${text}'.`)
      const value = property.toLowerCase() === 'name' ? body.name : body.type
      return String(value).toLowerCase() === wanted.toLowerCase()
    })
}

/** Resource groups and what lives inside another resource are not in lists. */
function isTopLevel({ type }: JsonObject): boolean {
  return type !== 'Microsoft.Resources/resourceGroups' && type !== SUBNET_TYPE
}

function envelopeOf({ properties: _, ...envelope }: JsonObject): JsonObject {
  return envelope
}
