import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { type Azure, createAzure } from '../../src/azure/azure.ts'
import { refuseOthers } from '../../src/azure/caller.ts'
import { endpointsOf } from '../../src/azure/cloud.ts'
import type { SignedIn } from '../../src/azure/context.ts'
import { credentialFrom } from '../../src/azure/credential.ts'
import { FederatedCredential } from '../../src/azure/federated-credential.ts'
import type { Adapter } from '../../src/engine/adapter.ts'
import { diff } from '../../src/engine/diff.ts'
import type { Actual, ActualSet, Resource, ResourceSet } from '../../src/engine/resource.ts'
import { createHttp } from '../../src/http.ts'
import { patienceFor } from '../../src/patience.ts'
import { desiredFrom } from '../../src/spec/desired.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { someInputs, someSurroundings, theOne } from '../builders.ts'
import { fieldsOf } from '../specs/json.ts'

/** What every adapter has to do, whatever its kind: the contract of `engine/adapter.ts`, over HTTPS. */
const NOBODY: ActualSet<AzureResource> = new Map()
const silent = () => undefined

let sandbox: Sandbox
let inputs: SignedIn
let wanted: ResourceSet<AzureResource>

beforeAll(async () => {
  sandbox = await startSandbox()
  setDefaultCACertificates([...getCACertificates('default'), sandbox.ca])
  sandbox.control.setTiming({
    pendingMs: 0,
    pullMs: 0,
    startMs: 0,
    replicationMs: 0,
    graphConsistencyMs: 0,
    lookMs: 70_000,
  })
  const given = sandbox.inputs
  const subscription = `/subscriptions/${given['subscription-id']}`
  const identity = `${subscription}/resourceGroups/rg-apono/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
  const principal = String(fieldsOf(sandbox.control.resource(identity)?.properties).principalId)
  const clientId = given['client-id'] ?? ''
  const wishes = someInputs({
    operation: 'apply',
    auth: { by: 'oidc', clientId },
    tenantId: given['tenant-id'] ?? '',
    subscriptionId: given['subscription-id'] ?? '',
    cloud: { name: 'custom', url: sandbox.origin },
    aponoToken: given['apono-token'],
    permissions: { scope: 'subscription', directoryReaders: true, disableLocks: false, constrainRoles: 'privileged' },
    identity: { type: 'UserAssigned', ids: [identity] },
  })
  inputs = { ...wishes, clientId }
  wanted = desiredFrom(inputs, someSurroundings({ principal }), NOBODY)
})
afterAll(() => sandbox.close())

/** A run of its own: what one has read, the next one reads again. */
async function azure(): Promise<Azure> {
  const patience = patienceFor(30, () => undefined)
  const cloud = await endpointsOf(inputs.cloud, createHttp(patience))
  const source = () =>
    new FederatedCredential(
      { auth: { by: 'oidc', clientId: inputs.clientId }, tenantId: inputs.tenantId },
      cloud,
      () => jobToken(cloud.federatedAudience),
      patience,
    )
  const credential = credentialFrom(source, (token) => refuseOthers(token, inputs), patience.deadline)
  return createAzure(inputs, { cloud, patience, polling: () => 0, credential, mask: () => undefined })
}

/** What GitHub gives a job that asks for a token. */
async function jobToken(audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = sandbox.env
  const headers = { authorization: `Bearer ${token}` }
  const reply = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, { headers })
  return String(fieldsOf(await reply.json()).value)
}

type Kind = AzureResource['kind']

/** The adapter of a kind, and the one resource of that kind which is wanted. */
async function subject(kind: Kind): Promise<{ readonly adapter: Adapter; readonly desired: Resource }> {
  const { adapters } = await azure()
  const adapter: Adapter = adapters[kind]
  return { adapter, desired: theOne([...wanted.values()].filter((resource) => resource.kind === kind)) }
}

async function observed(kind: Kind): Promise<Actual | undefined> {
  const { adapter, desired } = await subject(kind)
  const { actual } = await adapter.observe([desired], await surroundings(kind))
  return actual.get(desired.address)
}

/** Grants are looked for with what is known of the group. */
async function surroundings(kind: Kind): Promise<ActualSet> {
  if (kind === 'container-group') return NOBODY
  const { adapter, desired } = await subject('container-group')
  return (await adapter.observe([desired], NOBODY)).actual
}

async function created(kind: Kind): Promise<Actual> {
  const { adapter, desired } = await subject(kind)
  return adapter.create(desired, silent)
}

const kinds: readonly Kind[] = ['role-assignment', 'directory-role-assignment', 'container-group']

describe.each(kinds)('%s', (kind) => {
  test('nothing is there before', async () => {
    expect(await observed(kind)).toBeUndefined()
  })

  test('what is created comes back as it was wanted, and so does what is read', async () => {
    const { desired } = await subject(kind)
    const actual = await created(kind)
    const seen = await observed(kind)
    for (const each of [actual, seen]) {
      expect(each?.resource.address).toBe(desired.address)
      expect(diff(each?.resource.properties ?? {}, desired.properties)).toEqual([])
      expect(each?.health).toEqual({ is: 'ready' })
    }
    expect(seen?.armId.toLowerCase()).toBe(actual.armId.toLowerCase())
  })

  test('creating what is there is no harm, and makes no second one', async () => {
    const before = await observed(kind)
    const again = await created(kind)
    expect([again.armId, again.resource.properties]).toEqual([before?.armId, before?.resource.properties])
    expect((await observed(kind))?.armId).toBe(before?.armId)
  })

  test('what needs no change is settled at once, without a write', async () => {
    const { adapter } = await subject(kind)
    const before = await observed(kind)
    if (before === undefined) throw new Error('nothing to settle')
    sandbox.control.clearRequests()
    const settled = await adapter.settle(before, silent)
    expect(settled.resource).toEqual(before.resource)
    expect(sandbox.control.requests().filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('looking never writes', async () => {
    sandbox.control.clearRequests()
    await observed(kind)
    const writes = sandbox.control
      .requests()
      .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/'))
    expect(writes).toEqual([])
  })
})

const edits: readonly (readonly [Kind, (resource: Resource) => Resource])[] = [
  ['role-assignment', (one) => ({ ...one, properties: { ...one.properties, condition: null } })],
  [
    'container-group',
    (one) => ({ ...one, properties: { ...one.properties, image: 'registry.apono.io/apono-connector:v1.7.7' } }),
  ],
]

test.each(edits)('%s: an update in place keeps the id, and undoing it brings everything back', async (kind, edit) => {
  const { adapter, desired } = await subject(kind)
  const edited = edit(desired)
  for (const [after, other] of [
    [edited, desired],
    [desired, edited],
  ] as const) {
    const before = await observed(kind)
    if (before === undefined) throw new Error('nothing to update')
    const differences = diff(other.properties, after.properties)
    expect(differences.map((difference) => adapter.rules.impactOf(difference))).not.toContain('replace')
    const paths = differences.map(({ path }) => path)
    const updated = await adapter.update(before, after, paths, silent)
    expect(updated.armId).toBe(before.armId)
    expect(diff((await observed(kind))?.resource.properties ?? {}, after.properties)).toEqual([])
  }
})

test.each(kinds)('%s: deleted once or twice, it is gone', async (kind) => {
  const { adapter } = await subject(kind)
  const before = await observed(kind)
  if (before === undefined) throw new Error('nothing to delete')
  await adapter.delete(before, silent)
  expect(await observed(kind)).toBeUndefined()
  await adapter.delete(before, silent)
  const again = await created(kind)
  expect(diff(again.resource.properties, before.resource.properties)).toEqual([])
})
