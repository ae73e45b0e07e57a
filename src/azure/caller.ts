import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { field, parseJson, text } from '../json.ts'
import type { Context } from './context.ts'
import { asking, hasCode } from './context.ts'

/** Who an access token is for: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference */
export type Caller = {
  readonly tenantId: string
  /** Of an application or a managed identity; undefined for a person. */
  readonly clientId: string | undefined
  readonly objectId: string
}

type Expected = Pick<Inputs, 'auth' | 'tenantId'>

/**
 * The guardrail: a token that is not for the tenant and the client of the inputs is used for nothing.
 * @throws DeployError `tenant-mismatch` or `identity-mismatch`.
 */
export function refuseOthers(token: string, { auth, tenantId }: Expected): void {
  const caller = callerOf(token)
  if (caller.tenantId !== tenantId) throw otherTenant(caller.tenantId, tenantId)
  if (auth.clientId !== undefined && caller.clientId !== auth.clientId) throw otherClient(caller, auth.clientId)
}

/** @throws DeployError `sign-in-failed` when the token does not tell. */
export function callerOf(token: string): Caller {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const claim = (name: string) => text(field(claims, name))?.toLowerCase()
  const [tenantId, objectId] = [claim('tid'), claim('oid')]
  if (tenantId === undefined || objectId === undefined) throw unreadable()
  // A person acts through an application too; only their tokens have scopes.
  return { tenantId, objectId, clientId: claim('scp') === undefined ? claim('appid') : undefined }
}

/**
 * ARM refuses tokens of another tenant, unless the subscription was delegated to it. Who may not read the subscription cannot be
 * told more than that, and hears from other requests what is missing.
 * @throws DeployError `tenant-mismatch`.
 */
export async function refuseOtherSubscription({ clients, inputs }: Context): Promise<void> {
  const { subscriptionId, tenantId } = inputs
  const ask = asking(inputs)
  const url = `${clients.resourceManager}/subscriptions/${subscriptionId}?api-version=2022-12-01`
  const subscription = await clients.send(url).catch((error: unknown) => {
    if (hasCode(error, 'AuthorizationFailed', 'SubscriptionNotFound')) return undefined
    throw ask.failure(error, `read the subscription ${subscriptionId}`)
  })
  const found = text(field(subscription?.body, 'tenantId'))?.toLowerCase()
  if (found !== undefined && found !== tenantId) throw otherSubscription(subscriptionId, found, tenantId)
}

function otherTenant(found: string, tenantId: string): DeployError {
  return new DeployError('tenant-mismatch', `The run is signed in to the tenant ${found}, and not to ${tenantId}.`, {
    hint: [
      'Nothing was changed. If the first is the right one, correct `tenant-id`. If not, sign in to the other in the step before:',
      `  az login --tenant ${tenantId}`,
    ].join('\n'),
  })
}

function otherClient({ clientId, objectId }: Caller, expected: string): DeployError {
  const who = clientId === undefined ? `a person (object id ${objectId})` : `the application ${clientId}`
  return new DeployError('identity-mismatch', `The run is signed in as ${who}, and not as ${expected}.`, {
    hint: 'Nothing was changed. Sign in as `client-id` in the step before, or take the input out: without it, whoever is signed in does the work.',
  })
}

function otherSubscription(subscriptionId: string, found: string, tenantId: string): DeployError {
  return new DeployError(
    'tenant-mismatch',
    `The subscription ${subscriptionId} belongs to the tenant ${found}, and not to ${tenantId}, which it was delegated to.`,
    {
      hint: "Nothing was changed. A connector's identity and its grants live in the tenant of the subscription: sign in there, and set `tenant-id` to it.",
    },
  )
}

function unreadable(): DeployError {
  return new DeployError('sign-in-failed', 'The access token does not say which tenant and whom it is for.', {
    hint: 'Nothing was changed. Sign in another way (`auth`), and tell us in an issue which one this was.',
  })
}
