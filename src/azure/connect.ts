import type { TokenCredential } from '@azure/identity'
import type { Host } from '../host/host.ts'
import { createHttp } from '../http.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Patience } from '../patience.ts'
import type { Azure } from './azure.ts'
import { callerOf, refuseOthers } from './caller.ts'
import { type CloudEndpoints, endpointsOf } from './cloud.ts'
import { credentialFrom } from './credential.ts'
import { calmPolling, type Polling } from './polling.ts'
import { signInMethod } from './sign-in-method.ts'

/** Gets ready to talk to Azure: GitHub's token and the cloud's description are under way while the SDKs load. */
export async function connect(
  inputs: Inputs,
  host: Host,
  patience: Patience,
  polling: Polling = calmPolling(patience.second),
): Promise<Azure> {
  const [cloud, { createAzure }, methodIn] = await Promise.all([
    endpointsOf(inputs.cloud, createHttp(patience)),
    import('./azure.ts'),
    signInMethod(inputs, host, patience),
  ])
  const mask = (secret: string) => host.mask(secret)
  const accept = (token: string) => {
    mask(token)
    refuseOthers(token, inputs)
  }
  const credential = credentialFrom(() => methodIn(cloud), accept, patience.deadline)
  const clientId = inputs.auth.clientId ?? (await whoIsSignedIn(credential, cloud))
  return createAzure({ ...inputs, clientId }, { cloud, patience, polling, credential, mask })
}

/** By the id that commands to paste take: a client id, or a person's object id. */
async function whoIsSignedIn(credential: TokenCredential, cloud: CloudEndpoints): Promise<string> {
  const token = await credential.getToken(`${cloud.resourceManagerAudience}/.default`)
  const { clientId, objectId } = callerOf(token?.token ?? '')
  return clientId ?? objectId
}
