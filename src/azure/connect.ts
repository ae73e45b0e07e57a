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
  // Resource Manager takes one, a vault another.
  const count = inputs.aponoTokenSecret === undefined || inputs.operation === 'destroy' ? 1 : 2
  const nextAssertion = assertions(idToken, likelyFederatedAudience(inputs.cloud), count)
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

/** The first tokens are asked for right away, since they will be needed in any case; each exchange gets its own. */
function assertions(idToken: IdToken, likelyAudience: string, count: number): (audience: string) => Promise<string> {
  const early = Array.from({ length: count }, () => idToken(likelyAudience))
  // Whoever awaits one hears of the failure; nobody does when something else fails before.
  for (const token of early) token.catch(() => undefined)
  return (audience) => (audience === likelyAudience ? early.shift() : undefined) ?? idToken(audience)
}
