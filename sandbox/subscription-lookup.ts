import { gatewayError } from './arm-error.ts'
import { isOpenTo, seesSubscription } from './authorization.ts'
import type { Caller, Subscription, World } from './world.ts'

/** The subscription, if it is one of the caller's tenant or delegated to it. */
export function findSubscription(world: World, caller: Caller, subscriptionId: string): Subscription {
  const subscription = world.subscriptions.find((each) => each.subscriptionId === subscriptionId.toLowerCase())
  if (subscription === undefined) throw subscriptionNotFound(subscriptionId)
  if (isOpenTo(subscription, caller)) return subscription
  const issuer = (tenantId: string) => `https://sts.windows.net/${tenantId}/`
  throw gatewayError(
    401,
    'InvalidAuthenticationTokenTenant',
    `The access token is from the wrong issuer '${issuer(caller.tenantId)}'. It must match the tenant '${issuer(subscription.tenantId)}' associated with this subscription.`,
  )
}

/** A subscription in which the caller has no role is not there for it. */
export function refuseStranger(world: World, caller: Caller, subscription: Subscription): void {
  if (!seesSubscription(world, caller, subscription)) throw subscriptionNotFound(subscription.subscriptionId)
}

function subscriptionNotFound(subscriptionId: string) {
  return gatewayError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`)
}
