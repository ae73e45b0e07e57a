import type { TokenCredential } from '@azure/identity'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Patience } from '../patience.ts'
import { type CloudEndpoints, likelyFederatedAudience } from './cloud.ts'

/** Makes what asks for tokens in a cloud. */
export type SignInMethod = (cloud: CloudEndpoints) => TokenCredential

/** Loads only what this way to sign in takes. For GitHub's token, the first is under way meanwhile. */
export async function signInMethod(inputs: Inputs, host: Host, patience: Patience): Promise<SignInMethod> {
  const { auth, tenantId, subscriptionId } = inputs
  switch (auth.by) {
    case 'oidc': {
      const nextAssertion = assertions(
        (audience) => host.idToken(audience, patience),
        likelyFederatedAudience(inputs.cloud),
        // Resource Manager takes one, a vault another.
        inputs.aponoTokenSecret === undefined || inputs.operation === 'destroy' ? 1 : 2,
      )
      const { FederatedCredential } = await import('./federated-credential.ts')
      return (cloud) =>
        new FederatedCredential({ auth, tenantId }, cloud, () => nextAssertion(cloud.federatedAudience), patience)
    }
    case 'azure-cli': {
      const { cliCredential } = await import('./cli-credential.ts')
      return () => cliCredential(auth, { tenantId, subscriptionId })
    }
    case 'managed-identity': {
      const { machineCredential } = await import('./machine-credential.ts')
      return () => machineCredential(auth, patience)
    }
    case 'client-secret':
    case 'client-certificate': {
      const { clientCredential } = await import('./client-credential.ts')
      return (cloud) => clientCredential(auth, tenantId, cloud, patience)
    }
  }
}

type IdToken = (audience: string) => Promise<string>

/** The first tokens are asked for right away, since they will be needed in any case; each exchange gets its own. */
function assertions(idToken: IdToken, likelyAudience: string, count: number): (audience: string) => Promise<string> {
  const early = Array.from({ length: count }, () => idToken(likelyAudience))
  // Whoever awaits one hears of the failure; nobody does when something else fails before.
  for (const token of early) token.catch(() => undefined)
  return (audience) => (audience === likelyAudience ? early.shift() : undefined) ?? idToken(audience)
}
