import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Sandbox, type SandboxOptions, startSandbox } from '../../sandbox/sandbox.ts'
import { newSigningKeys } from '../../sandbox/signing-keys.ts'
import { armClient, jobToken, redeem, type Send, type SignIn } from './arm-client.ts'
import { fieldsOf } from './json.ts'

/** A sandbox of its own and a client that is signed in to it as the deployer. */
export type Session = {
  readonly sandbox: Sandbox
  readonly signIn: SignIn
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly identityId: string
  readonly subnetId: string
  readonly send: Send
  /** Lets every operation come to its end. */
  settle(): void
  close(): Promise<void>
}

/** One set for all sessions of a file: making keys takes longer than most of them. */
const keys = newSigningKeys()

export async function openSession(options: SandboxOptions = {}): Promise<Session> {
  const sandbox = await startSandbox({ keys: await keys, ...options })
  setDefaultCACertificates([...getCACertificates('default'), sandbox.ca])
  const { 'subscription-id': subscriptionId = '', 'resource-group': resourceGroup = '' } = sandbox.inputs
  const signIn = signInOf(sandbox)
  const { body } = await redeem(signIn, await jobToken(signIn))
  const subscription = `/subscriptions/${subscriptionId}`
  return {
    sandbox,
    signIn,
    subscriptionId,
    resourceGroup,
    identityId: `${subscription}/resourcegroups/${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`,
    subnetId: `${subscription}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/virtualNetworks/vnet-apono/subnets/snet-connectors`,
    send: armClient(sandbox.origin, String(fieldsOf(body).access_token)),
    settle: () => {
      sandbox.control.advanceClock(5_000)
    },
    close: () => sandbox.close(),
  }
}

function signInOf({ origin, env, inputs }: Sandbox): SignIn {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = '' } = env
  const { 'tenant-id': tenantId = '', 'client-id': clientId = '' } = inputs
  return { origin, requestUrl, requestToken, tenantId, clientId }
}
