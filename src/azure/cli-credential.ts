import { AzureCliCredential, type TokenCredential } from '@azure/identity'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Auth } from '../inputs/sign-in.ts'
import { signInError } from './sign-in-errors.ts'

type Place = Pick<Inputs, 'tenantId' | 'subscriptionId'>

/** az is a Python program that may itself ask Entra. */
const PATIENCE_MS = 60_000

/**
 * Takes the tokens of whoever a step before signed `az` in as. az is asked by subscription and not by tenant, since it refuses the
 * latter for managed identities.
 */
export function cliCredential(auth: Auth, place: Place): TokenCredential {
  const { subscriptionId } = place
  const credential = new AzureCliCredential({ subscription: subscriptionId, processTimeoutInMs: PATIENCE_MS })
  return {
    async getToken(...request) {
      try {
        return await credential.getToken(...request)
      } catch (error) {
        throw cliError(error, auth, place)
      }
    },
  }
}

/** The SDK makes two sentences of its own of what az says, and passes on the rest. */
export function cliError(error: unknown, auth: Auth, { tenantId, subscriptionId }: Place): DeployError {
  const message = error instanceof Error ? error.message.trim() : String(error)
  if (message.startsWith('Azure CLI could not be found'))
    return unavailable('There is no `az` on this runner.', 'Install it, or sign in without it: `auth: oidc`.', error)
  if (message.startsWith("Please run 'az login'"))
    return unavailable(
      '`az` is not signed in.',
      `Sign in before this step:\n${loginStep(tenantId, subscriptionId)}`,
      error,
    )
  if (/Subscription .* not found/i.test(message)) return otherSubscription(subscriptionId, error)
  return signInError(error, { auth, tenantId })
}

function unavailable(message: string, hint: string, cause: unknown): DeployError {
  return new DeployError('credential-unavailable', message, { hint, cause })
}

function otherSubscription(subscriptionId: string, cause: unknown): DeployError {
  return new DeployError(
    'subscription-not-found',
    `\`az\` is signed in, but knows no subscription ${subscriptionId}.`,
    {
      hint: [
        'Either the id is wrong, or who is signed in holds no role there. What az knows:',
        '  az account list --query "[].{name:name, id:id, tenant:tenantId}" --output table',
      ].join('\n'),
      cause,
    },
  )
}

function loginStep(tenantId: string, subscriptionId: string): string {
  return [
    '  - uses: azure/login@v2',
    '    with:',
    '      client-id: ${{ vars.AZURE_CLIENT_ID }}',
    `      tenant-id: ${tenantId}`,
    `      subscription-id: ${subscriptionId}`,
  ].join('\n')
}
