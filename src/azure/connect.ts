import type { Host } from '../host/host.ts'
import { createHttp } from '../http.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Azure } from './azure.ts'
import { endpointsOf, likelyFederatedAudience } from './cloud.ts'
import { calmPolling, type Polling } from './polling.ts'

/** Gets ready to talk to Azure: GitHub's token and the cloud's description are under way while the SDKs load. */
export async function connect(
  inputs: Inputs,
  host: Host,
  deadline: AbortSignal,
  polling: Polling = calmPolling,
): Promise<Azure> {
  const idToken = (audience: string) => host.idToken(audience, deadline)
  const nextAssertion = assertions(idToken, likelyFederatedAudience(inputs.cloud))
  const [cloud, { createAzure }] = await Promise.all([
    endpointsOf(inputs.cloud, createHttp(deadline)),
    import('./azure.ts'),
  ])
  return createAzure(inputs, {
    cloud,
    deadline,
    polling,
    nextAssertion: () => nextAssertion(cloud.federatedAudience),
    mask: (secret) => host.mask(secret),
  })
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
