import type { TokenCredential } from '@azure/identity'
import type { Host } from '../host/host.ts'
import { createHttp } from '../http.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type CloudEndpoints, likelyFederatedAudience } from './cloud.ts'

/** Makes what asks for tokens in a cloud. */
export type SignInMethod = (cloud: CloudEndpoints) => TokenCredential

/** Loads only what this way to sign in takes. For GitHub's token, the first is under way meanwhile. */
export async function signInMethod(inputs: Inputs, host: Host, deadline: AbortSignal): Promise<SignInMethod> {
  const { auth, tenantId, subscriptionId } = inputs
  switch (auth.by) {
    case 'oidc': {
      const nextAssertion = assertions(
        (audience) => host.idToken(audience, deadline),
        likelyFederatedAudience(inputs.cloud),
      )
      const { FederatedCredential } = await import('./federated-credential.ts')
      return (cloud) =>
        new FederatedCredential(
          { auth, tenantId },
          cloud,
          () => nextAssertion(cloud.federatedAudience),
          createHttp(deadline),
        )
    }
    case 'azure-cli': {
      const { cliCredential } = await import('./cli-credential.ts')
      return () => cliCredential(auth, { tenantId, subscriptionId })
    }
    case 'managed-identity': {
      const { machineCredential } = await import('./machine-credential.ts')
      return () => machineCredential(auth)
    }
    case 'client-secret':
    case 'client-certificate': {
      const { clientCredential } = await import('./client-credential.ts')
      return (cloud) => clientCredential(auth, tenantId, cloud, createHttp(deadline))
    }
  }
}

type IdToken = (audience: string) => Promise<string>

/** The first token is asked for right away, since it will be needed in any case; each exchange after the first gets its own. */
function assertions(idToken: IdToken, likelyAudience: string): (audience: string) => Promise<string> {
  let first: Promise<string> | undefined = idToken(likelyAudience)
  // Whoever awaits it hears of the failure; nobody does when something else fails before.
  first.catch(() => undefined)
  return (audience) => {
    const ready = audience === likelyAudience ? first : undefined
    first = undefined
    return ready ?? idToken(audience)
  }
}
