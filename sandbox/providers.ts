import { armError, gatewayError } from './arm-error.ts'
import { param, type SubscriptionRequest } from './arm-request.ts'
import { CONTAINER_INSTANCE_LOCATIONS } from './locations.ts'
import type { JsonObject, Reply } from './protocol.ts'
import type { Subscription, World } from './world.ts'

/** Refuses a write to a provider the subscription is not registered for. `Registering` already lets writes through. */
export function requireRegistered(world: World, subscription: Subscription, namespace: string): void {
  const state = registrationState(world, subscription, namespace)
  if (state === 'Registered' || state === 'Registering') return
  const message = `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`
  const code = 'MissingSubscriptionRegistration'
  throw gatewayError(409, code, message, { details: [{ code, target: namespace, message }] })
}

export function getProvider(request: SubscriptionRequest): Reply {
  return { status: 200, body: providerBody(request, knownNamespace(request)) }
}

/** Registration takes a while; the reply says `Registering` and later reads say when it is done. */
export function registerProvider(request: SubscriptionRequest): Reply {
  const { world, subscription } = request
  const namespace = knownNamespace(request)
  if (registrationState(world, subscription, namespace) !== 'Registered') {
    subscription.providers.set(namespace, 'Registering')
    subscription.registeredFrom.set(namespace, world.clock.now() + world.timing.registrationMs)
  }
  return { status: 200, body: providerBody(request, namespace) }
}

function knownNamespace({ subscription, call }: SubscriptionRequest): string {
  const sent = param(call, 'namespace')
  const namespace = [...subscription.providers.keys()].find((each) => each.toLowerCase() === sent.toLowerCase())
  if (namespace !== undefined) return namespace
  throw armError(404, 'InvalidResourceNamespace', `The resource namespace '${sent}' is invalid.`)
}

function registrationState(world: World, { providers, registeredFrom }: Subscription, namespace: string): string {
  const state = providers.get(namespace) ?? 'NotRegistered'
  if (state !== 'Registering') return state
  return world.clock.now() >= (registeredFrom.get(namespace) ?? Number.POSITIVE_INFINITY) ? 'Registered' : 'Registering'
}

function providerBody({ world, subscription }: SubscriptionRequest, namespace: string): JsonObject {
  return {
    id: `/subscriptions/${subscription.subscriptionId}/providers/${namespace}`,
    namespace,
    resourceTypes: namespace === 'Microsoft.ContainerInstance' ? [containerGroups] : [],
    registrationState: registrationState(world, subscription, namespace),
    registrationPolicy: 'RegistrationRequired',
  }
}

const containerGroups: JsonObject = {
  resourceType: 'containerGroups',
  locations: CONTAINER_INSTANCE_LOCATIONS,
  apiVersions: ['2023-05-01', '2022-10-01-preview'],
  capabilities:
    'CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SystemAssignedResourceIdentity, SupportsTags, SupportsLocation',
}
