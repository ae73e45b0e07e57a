import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { type Azure, createAzure } from '../../src/azure/azure.ts'
import { refuseOthers } from '../../src/azure/caller.ts'
import { endpointsOf } from '../../src/azure/cloud.ts'
import { credentialFrom } from '../../src/azure/credential.ts'
import { FederatedCredential } from '../../src/azure/federated-credential.ts'
import { createHttp } from '../../src/http.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { type Patience, patienceFor } from '../../src/patience.ts'
import { desiredFrom } from '../../src/spec/desired.ts'
import { actualGroup, desiredGroup, someInputs, someSurroundings } from '../builders.ts'
import { fieldsOf } from '../specs/json.ts'

/** The real clients over HTTPS, signed in once, and replies that can be spoilt. */
export type Session = {
  readonly sandbox: Sandbox
  readonly inputs: Inputs
  readonly azure: Azure
  readonly patience: Patience
  /** The same sign-in for a run that wants something else, and has read nothing yet. */
  azureFor(changes: Partial<Inputs>): Azure
  /** Every reply to requests of this kind is this from now on. */
  reply(method: string, path: string, body: unknown): void
  undisturbed(): void
  /** Ends what is still waited for, too. */
  close(): Promise<void>
}

export async function openSession(): Promise<Session> {
  const sandbox = await startSandbox()
  setDefaultCACertificates([...getCACertificates('default'), sandbox.ca])
  sandbox.control.setTiming({ pendingMs: 0, pullMs: 0, startMs: 0, replicationMs: 0, graphConsistencyMs: 0 })
  const given = sandbox.inputs
  const inputs = someInputs({
    operation: 'apply',
    auth: { by: 'oidc', clientId: given['client-id'] ?? '' },
    tenantId: given['tenant-id'] ?? '',
    subscriptionId: given['subscription-id'] ?? '',
    cloud: { name: 'custom', url: sandbox.origin },
    aponoToken: given['apono-token'],
    permissions: {
      scope: 'subscription',
      directoryReaders: true,
      disableLocks: false,
      constrainRoles: ['Reader', 'Unheard of'],
    },
  })
  const over = new AbortController()
  const patience = patienceFor(600, () => undefined, { stop: over.signal, pace: { second: 5, limit: 1000 } })
  const cloud = await endpointsOf(inputs.cloud, createHttp(patience))
  const { clientId = '' } = inputs.auth
  const identity = { auth: { by: 'oidc', clientId }, tenantId: inputs.tenantId } as const
  const source = () =>
    new FederatedCredential(identity, cloud, () => jobToken(sandbox, cloud.federatedAudience), patience)
  const credential = credentialFrom(source, (token) => refuseOthers(token, inputs), patience.deadline)
  const azureFor = (changes: Partial<Inputs>) =>
    createAzure(
      { ...inputs, ...changes, clientId },
      { cloud, patience, polling: () => 0, credential, mask: () => undefined },
    )
  return {
    sandbox,
    inputs,
    azure: azureFor({}),
    patience,
    azureFor,
    reply(method, path, body) {
      // Every value that JSON can hold is a body.
      const effect = {
        kind: 'reply',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      } as const
      sandbox.control.injectFault({ name: `${method} ${path}`, method, path, on: 'every', effect })
    },
    undisturbed: () => sandbox.control.clearFaults(),
    close() {
      over.abort()
      return sandbox.close()
    },
  }
}

/** A sign-in of its own, with what GitHub gives. */
export async function signedIn(
  { inputs, patience }: Pick<Session, 'inputs' | 'patience'>,
  nextAssertion: () => Promise<string>,
): Promise<Azure> {
  const cloud = await endpointsOf(inputs.cloud, createHttp(patience))
  const { clientId = '' } = inputs.auth
  const identity = { auth: { by: 'oidc', clientId }, tenantId: inputs.tenantId } as const
  const source = () => new FederatedCredential(identity, cloud, nextAssertion, patience)
  const credential = credentialFrom(source, (token) => refuseOthers(token, inputs), patience.deadline)
  return createAzure({ ...inputs, clientId }, { cloud, patience, polling: () => 0, credential, mask: () => undefined })
}

/** What GitHub gives a job that asks for a token. */
async function jobToken(sandbox: Sandbox, audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = sandbox.env
  const reply = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return String(fieldsOf(await reply.json()).value)
}

/** A group as it is found, and all that is wanted beside it. */
export function wantedOf(inputs: Inputs) {
  const group = actualGroup(desiredGroup().properties)
  const roles = new Map([
    ['Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7'],
    ['Unheard of', 'acdd72a7-3385-48ef-bd42-f606fba81ae8'],
  ])
  const wanted = desiredFrom(inputs, someSurroundings({ roles }), new Map([[group.resource.address, group]]))
  return { group, wanted, known: new Map([[group.resource.address, group]]) }
}
