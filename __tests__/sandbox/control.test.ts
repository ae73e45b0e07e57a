import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})

afterEach(() => sandbox.close())

test('the control surface tells how to use the sandbox', async () => {
  const { env, inputs, event } = sandbox
  expect(await control('GET', '')).toEqual({
    status: 200,
    body: { env, inputs, event, control: `${sandbox.origin}/_sandbox` },
  })
})

test('the clock can be advanced', async () => {
  const { body } = await control('POST', '/clock', { advanceMs: 3_600_000 })
  expect(Date.parse(body.now) - Date.now()).toBeGreaterThan(3_590_000)
})

test('a resource group can be made, tampered with and removed', async () => {
  const made = await control('POST', '/resource-groups', {
    name: 'rg-New',
    location: 'westeurope',
    tags: { a: '1', b: '2' },
  })
  expect(made.status).toBe(201)
  const path = `/resources?id=${made.body.id.toUpperCase()}`
  expect((await control('PATCH', path, { tags: { a: null, c: '3' }, location: 'northeurope' })).status).toBe(204)
  expect((await control('GET', path)).body).toMatchObject({
    name: 'rg-New',
    tags: { b: '2', c: '3' },
    location: 'northeurope',
  })
  expect((await control('DELETE', path)).status).toBe(204)
  expect((await control('DELETE', path)).status).toBe(404)
  expect((await control('GET', path)).status).toBe(404)
})

test('a custom role can be made, and is one', async () => {
  const made = await control('POST', '/role-definitions', { roleName: 'Looks', actions: ['*/read'] })
  expect(made).toEqual({ status: 201, body: { guid: expect.stringMatching(/^[0-9a-f-]{36}$/) } })
  const scope = `/subscriptions/${sandbox.inputs['subscription-id']}`
  const asked = { action: 'write', scope, principalId: 'x', principalType: 'User', roleDefinitionId: 'x' } as const
  const { objectId } = sandbox.control.addApplication({ displayName: 'looker' })
  sandbox.control.addRoleAssignment({ scope, roleDefinitionId: made.body.guid, principalId: objectId })
  expect(sandbox.control.mayAssign(objectId, asked)).toBe(false)
  const actions = ['Microsoft.Authorization/roleAssignments/*']
  const gives = sandbox.control.addRoleDefinition({ roleName: 'Gives', actions })
  sandbox.control.addRoleAssignment({ scope, roleDefinitionId: gives, principalId: objectId })
  expect(sandbox.control.mayAssign(objectId, asked)).toBe(true)
})

test('removing a resource group removes what is in it', async () => {
  const id = sandbox.control.addResourceGroup({ name: 'rg-full', location: 'westeurope' })
  const assignment = sandbox.control.addRoleAssignment({
    scope: id,
    roleDefinitionId: 'reader',
    principalId: 'somebody',
  })
  expect(sandbox.control.resource(assignment)).toMatchObject({ properties: { scope: id, principalId: 'somebody' } })
  sandbox.control.deleteResource(id)
  expect(sandbox.control.resource(assignment)).toBeUndefined()
})

test('a container group can be tampered with and removed, its identity with it', async () => {
  const id = `/subscriptions/${sandbox.inputs['subscription-id']}/resourceGroups/${sandbox.inputs['resource-group']}/providers/Microsoft.ContainerInstance/containerGroups/web`
  const url = `${sandbox.origin}${id}?api-version=2023-05-01`
  const headers = { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' }
  const created = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(containerGroup) })
  expect(created.status).toBe(201)
  const { principalId } = (await bodyOf(created)).identity
  expect(JSON.stringify(sandbox.control.snapshot())).toContain(`"objectId":"${principalId}"`)

  const resource = `/resources?id=${id}`
  expect((await control('PATCH', resource, { tags: { by: 'somebody' } })).status).toBe(204)
  expect((await bodyOf(await fetch(url, { headers }))).tags).toEqual({ by: 'somebody' })
  expect((await control('DELETE', resource)).status).toBe(204)
  expect((await fetch(url, { headers })).status).toBe(404)
  expect(JSON.stringify(sandbox.control.snapshot())).not.toContain(`"objectId":"${principalId}"`)
})

test('role assignments and provider registrations can be set', async () => {
  const scope = `/subscriptions/${sandbox.inputs['subscription-id']}`
  const body = { scope, roleDefinitionId: 'acdd72a7-3385-48ef-bd42-f606fba81ae7', principalId: 'somebody' }
  const { status, body: made } = await control('POST', '/role-assignments', body)
  expect(status).toBe(201)
  expect((await control('GET', `/resources?id=${made.id}`)).body.properties).toMatchObject({
    roleDefinitionId: `${scope}/providers/Microsoft.Authorization/roleDefinitions/${body.roleDefinitionId}`,
    principalType: 'ServicePrincipal',
  })
  await control('PUT', '/providers/microsoft.containerinstance', { state: 'NotRegistered' })
  expect((await control('GET', '/state')).body.subscriptions[0].providers).toMatchObject({
    'Microsoft.ContainerInstance': 'NotRegistered',
  })
})

test('applications and their credentials can be added and removed', async () => {
  const { status, body: application } = await control('POST', '/applications', { displayName: 'late' })
  expect(status).toBe(201)
  const path = `/applications/${application.clientId}`
  await control('POST', `${path}/federated-credentials`, {})
  await control('POST', `${path}/federated-credentials`, { subject: 'other' })
  expect(await credentialsOf(application.clientId)).toMatchObject([
    { subject: 'repo:acme/infrastructure:ref:refs/heads/main', issuer: `${sandbox.origin}/github` },
    { subject: 'other' },
  ])
  await control('DELETE', `${path}/federated-credentials`, { subject: 'other' })
  expect(await credentialsOf(application.clientId)).toHaveLength(1)
  expect((await control('DELETE', path)).status).toBe(204)
  expect((await control('DELETE', path)).status).toBe(404)
})

test('the run that tokens are about can be changed', async () => {
  const { body } = await control('PATCH', '/github', { environment: 'production', immutableSubject: true })
  expect(body.subject).toBe('repo:acme@1001/infrastructure@2002:environment:production')
  expect(decodeJwt(await githubToken()).sub).toBe(body.subject)
})

test('faults, latency, timing and behaviour can be set over HTTPS', async () => {
  const fault = { name: 'busy', method: 'GET', path: 'jwks', on: 'every', effect: { kind: 'reply', status: 503 } }
  expect((await control('POST', '/faults', fault)).status).toBe(204)
  expect((await fetch(`${sandbox.origin}/github/.well-known/jwks`)).status).toBe(503)
  expect((await control('GET', '/faults')).body).toEqual([{ ...fault, matched: 1 }])
  expect((await control('DELETE', '/faults/busy')).status).toBe(204)
  expect((await control('DELETE', '/faults')).status).toBe(204)
  expect((await control('PUT', '/latency', { ms: 5 })).status).toBe(204)
  expect((await control('PATCH', '/timing', { pullMs: 7 })).status).toBe(204)
  expect((await control('PUT', '/containers', { behaviour: 'crash-loop' })).status).toBe(204)
  expect((await control('GET', '/state')).body).toMatchObject({
    latencyMs: 5,
    timing: { pullMs: 7 },
    containerBehaviour: 'crash-loop',
    faults: [],
  })
})

test.each([
  { method: 'POST', path: '/clock', body: { advanceMs: 'soon' } },
  { method: 'POST', path: '/faults', body: { name: 'x', effect: { kind: 'explode' } } },
  { method: 'POST', path: '/faults', body: { name: 'x', path: '(', effect: { kind: 'truncate' } } },
  { method: 'PATCH', path: '/github', body: { repo: 'a/b' } },
  { method: 'POST', path: '/applications', body: { displayName: 'x', tenantId: 'nowhere' } },
  { method: 'GET', path: '/resources', body: undefined },
])('$method $path with $body is refused', async ({ method, path, body }) => {
  const answer = await control(method, path, body)
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidControlRequest' } } })
})

const containerGroup = {
  location: 'westeurope',
  identity: { type: 'SystemAssigned' },
  properties: {
    osType: 'Linux',
    containers: [
      {
        name: 'web',
        properties: { image: 'nginx:latest', resources: { requests: { cpu: 1, memoryInGB: 1 } } },
      },
    ],
  },
}

async function control(method: string, path: string, body?: unknown) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
  const response = await fetch(`${sandbox.origin}/_sandbox${path}`, init)
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

async function credentialsOf(clientId: string) {
  const { body } = await control('GET', '/state')
  const applications: { clientId: string; federatedCredentials: unknown[] }[] = body.tenants[0].applications
  return applications.find((application) => application.clientId === clientId)?.federatedCredentials
}

async function githubToken(): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = sandbox.env
  const response = await fetch(`${url}&audience=api://AzureADTokenExchange`, {
    headers: { authorization: `Bearer ${token}` },
  })
  return (await bodyOf(response)).value
}

async function accessToken(): Promise<string> {
  const response = await fetch(`${sandbox.origin}/${sandbox.inputs['tenant-id']}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: String(sandbox.inputs['client-id']),
      scope: `${sandbox.origin}/.default`,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await githubToken(),
    }),
  })
  return (await bodyOf(response)).access_token
}

async function bodyOf(response: Response) {
  return JSON.parse(await response.text())
}
