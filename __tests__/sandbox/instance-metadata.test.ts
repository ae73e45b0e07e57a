import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import type { RunnerIdentity } from '../../sandbox/world.ts'
import { fieldsOf } from '../specs/json.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})
afterEach(() => sandbox.close())

type Asked = Readonly<Record<string, string>>
const ARM = 'https://management.azure.com/'

async function answer(url: string, query: Asked, headers: Asked) {
  const reply = await fetch(`${url}?${new URLSearchParams(query)}`, { headers })
  return { status: reply.status, body: fieldsOf(await reply.json()) }
}

function virtualMachine(query: Asked = {}, headers: Asked = { metadata: 'true' }) {
  const url = `${sandbox.origin}/metadata/identity/oauth2/token`
  return answer(url, { 'api-version': '2018-02-01', resource: ARM, ...query }, headers)
}

function appService(header: string) {
  const { IDENTITY_ENDPOINT } = sandbox.identityEnv.appService
  return answer(IDENTITY_ENDPOINT, { 'api-version': '2019-08-01', resource: ARM }, { 'x-identity-header': header })
}

const add = (kind: RunnerIdentity['kind']) => sandbox.control.addRunnerIdentity({ kind })

test('a token of the identity says whom it is for, on a virtual machine and in an App Service alike', async () => {
  const { clientId, objectId, tenantId } = add('SystemAssigned')
  for (const { status, body } of [
    await virtualMachine(),
    await appService(sandbox.identityEnv.appService.IDENTITY_HEADER),
  ]) {
    expect([status, body.token_type, body.resource, body.client_id]).toEqual([200, 'Bearer', ARM, clientId])
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      aud: ARM,
      appid: clientId,
      oid: objectId,
      tid: tenantId,
    })
    expect(Number(body.expires_on) * 1000).toBeGreaterThan(Date.now() + 3_500_000)
  }
})

test('the system-assigned one comes first, the client id chooses, and among several user-assigned ones it has to', async () => {
  const [first, second] = [add('UserAssigned'), add('UserAssigned')]
  expect(await virtualMachine()).toMatchObject({
    status: 400,
    body: { error_description: expect.stringMatching(/^Multiple user assigned identities exist/) },
  })
  expect((await virtualMachine({ client_id: second.clientId.toUpperCase() })).body.client_id).toBe(second.clientId)
  const system = add('SystemAssigned')
  expect((await virtualMachine()).body.client_id).toBe(system.clientId)
  expect((await virtualMachine({ client_id: first.clientId })).body.client_id).toBe(first.clientId)
})

test.each([
  { flaw: 'no header', ask: () => virtualMachine({}, {}), description: 'Required metadata header not specified' },
  { flaw: 'no identity', ask: () => virtualMachine(), description: 'Identity not found' },
  {
    flaw: 'an identity that is not assigned',
    ask: () => virtualMachine({ client_id: sandbox.inputs['client-id'] ?? '' }),
    description: 'Identity not found',
  },
])('$flaw is refused', async ({ ask, description }) => {
  expect(await ask()).toEqual({ status: 400, body: { error: 'invalid_request', error_description: description } })
})

test('a resource that nobody knows, and another header than that of the app', async () => {
  add('SystemAssigned')
  expect((await virtualMachine({ resource: 'https://vault.azure.net' })).body.error).toBe('invalid_resource')
  expect((await appService('guess')).status).toBe(403)
  const { 'x-identity-header': logged } = sandbox.control.requests().at(-1)?.headers ?? {}
  expect(logged).toBe('(secret)')
})

test('what a test may do here, the control surface does too', async () => {
  const control = async (path: string, body: unknown) => {
    const reply = await fetch(`${sandbox.origin}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) })
    return { status: reply.status, body: reply.status === 204 ? {} : fieldsOf(await reply.json()) }
  }
  const client = sandbox.inputs['client-id'] ?? ''
  expect((await control('/runner-identities', { kind: 'SystemAssigned' })).status).toBe(201)
  expect((await control('/runner-identities', { kind: 'other' })).status).toBe(400)
  expect((await control(`/applications/${client}/client-secrets`, { secret: 's' })).status).toBe(204)
  expect((await control('/applications/nobody/client-secrets', { secret: 's' })).status).toBe(404)
  expect((await control(`/applications/${client}/certificates`, { certificate: 'pem' })).status).toBe(204)
  const { tenantId } = (await control('/tenants', {})).body
  const subscription = sandbox.inputs['subscription-id']
  expect((await control(`/subscriptions/${subscription}/delegations`, { tenantId })).status).toBe(204)
  expect((await control('/subscriptions/none/delegations', { tenantId })).status).toBe(400)
  const state = JSON.stringify(sandbox.control.snapshot())
  expect(state).toContain(`"managedByTenants":["${String(tenantId)}"]`)
})
