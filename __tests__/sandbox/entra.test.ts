import tls from 'node:tls'
import { ClientAssertionCredential } from '@azure/identity'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLocalJWKSet, decodeJwt, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

const azureAudience = 'api://AzureADTokenExchange'
const unknownGuid = '00000000-1111-4222-8333-444444444444'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})

afterAll(() => sandbox.close())

test('the credential of @azure/identity signs in with a GitHub token', async () => {
  const credential = signIn('tenant-id', 'client-id')
  const { token, expiresOnTimestamp } = await credential.getToken(`${sandbox.origin}/.default`)
  expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(3_500_000)
  expect(decodeJwt(token)).toMatchObject({
    aud: sandbox.origin,
    appid: sandbox.inputs['client-id'],
    tid: sandbox.inputs['tenant-id'],
    ver: '1.0',
  })
})

test('@azure/identity reports the error of Entra with its code', async () => {
  const { clientId } = sandbox.control.addApplication({ displayName: 'without credentials' })
  const credential = new ClientAssertionCredential(input('tenant-id'), clientId, () => assertion(), {
    authorityHost: sandbox.origin,
    disableInstanceDiscovery: true,
  })
  await expect(credential.getToken(`${sandbox.origin}/.default`)).rejects.toThrow(/invalid_client: .*70025/)
})

test('an access token is signed with a published key and lives an hour', async () => {
  const { status, body } = await requestToken({})
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 })
  const configuration = await readJson(`/${input('tenant-id')}/v2.0/.well-known/openid-configuration`)
  expect(configuration.issuer).toBe(`${sandbox.origin}/${input('tenant-id')}/v2.0`)
  const keys = await bodyOf(await fetch(configuration.jwks_uri))
  const { payload } = await jwtVerify(body.access_token, createLocalJWKSet(keys), { audience: sandbox.origin })
  expect(Number(payload.exp) - Number(payload.iat)).toBe(3600)
  expect(payload).not.toHaveProperty('roles')
})

test('the audience is the scope without /.default, for ARM and for Graph alike', async () => {
  for (const audience of [sandbox.origin, 'https://management.azure.com/', 'https://graph.microsoft.com']) {
    const { body } = await requestToken({ scope: `${audience}/.default` })
    expect(decodeJwt(body.access_token).aud).toBe(audience)
  }
})

test('az signs in under /adfs, where the client id tells the tenant', async () => {
  const configuration = await readJson('/adfs/.well-known/openid-configuration')
  const scope = 'https://management.azure.com//.default'
  const { status, body } = await requestToken({ scope, client_info: '1' }, configuration.token_endpoint)
  expect(status).toBe(200)
  expect(decodeJwt(body.access_token)).toMatchObject({
    aud: 'https://management.azure.com/',
    tid: input('tenant-id'),
  })
})

test('an error has the form of Entra, at the time of the sandbox', async () => {
  sandbox.control.advanceClock(86_400_000)
  const { status, body } = await requestToken({ client_id: unknownGuid })
  expect(status).toBe(400)
  expect(body).toEqual({
    error: 'unauthorized_client',
    error_description: expect.stringMatching(
      /^AADSTS700016: Application with identifier '0{8}-.*' was not found in the directory .* Trace ID: .* Correlation ID: .* Timestamp: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/,
    ),
    error_codes: [700016],
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/),
    trace_id: expect.any(String),
    correlation_id: expect.any(String),
    error_uri: 'https://login.microsoftonline.com/error?code=700016',
  })
  expect(Date.parse(body.timestamp) - Date.now()).toBeGreaterThan(86_000_000)
})

test.each([
  { flaw: 'no grant', form: { grant_type: '' }, status: 400, error: 'invalid_request', code: 900144 },
  {
    flaw: 'another grant',
    form: { grant_type: 'password' },
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
  },
  { flaw: 'no client', form: { client_id: '' }, status: 400, error: 'invalid_request', code: 900144 },
  { flaw: 'no scope', form: { scope: '' }, status: 400, error: 'invalid_request', code: 900144 },
  { flaw: 'a scope by name', form: { scope: 'User.Read' }, status: 400, error: 'invalid_scope', code: 1002012 },
  {
    flaw: 'an unknown resource',
    form: { scope: 'https://vault.azure.net/.default' },
    status: 400,
    error: 'invalid_resource',
    code: 500011,
  },
  { flaw: 'no assertion', form: { client_assertion: '' }, status: 401, error: 'invalid_client', code: 7000216 },
  { flaw: 'another type', form: { client_assertion_type: 'x' }, status: 401, error: 'invalid_client', code: 7000216 },
  { flaw: 'a secret', form: { client_secret: 'guess' }, status: 401, error: 'invalid_client', code: 7000215 },
  { flaw: 'no JWT', form: { client_assertion: 'not-a-token' }, status: 400, error: 'invalid_request', code: 50027 },
])('a request with $flaw is refused with $code', async ({ form, status, error, code }) => {
  const answer = await requestToken(form)
  expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } })
})

test.each([
  { tenant: unknownGuid, code: 90002 },
  { tenant: 'acme.example', code: 90002 },
  { tenant: 'acme', code: 900023 },
])('tenant $tenant is refused with $code, when signing in and when discovered', async ({ tenant, code }) => {
  const token = await requestToken({}, `${sandbox.origin}/${tenant}/oauth2/v2.0/token`)
  expect(token).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [code] } })
  const discovery = await fetch(`${sandbox.origin}/${tenant}/v2.0/.well-known/openid-configuration`)
  expect(discovery.status).toBe(400)
  expect(await bodyOf(discovery)).toMatchObject({ error: 'invalid_tenant', error_codes: [code] })
})

test.each([
  { what: 'subject', credential: { subject: 'repo:acme/other:pull_request' }, code: 700213 },
  {
    what: 'casing of the subject',
    credential: { subject: 'repo:Acme/infrastructure:ref:refs/heads/main' },
    code: 7002138,
  },
  { what: 'issuer', credential: { issuer: 'https://token.actions.githubusercontent.com' }, code: 700211 },
  { what: 'audience', credential: { audience: 'api://AzureADTokenExchangeChina' }, code: 700212 },
])('a credential that differs in the $what is refused with $code', async ({ credential, code }) => {
  const { clientId } = sandbox.control.addApplication({ displayName: 'deployer' })
  sandbox.control.addFederatedCredential(clientId, credential)
  const answer = await requestToken({ client_id: clientId })
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [code] } })
  sandbox.control.addFederatedCredential(clientId)
  expect((await requestToken({ client_id: clientId })).status).toBe(200)
})

test('the refusal of a subject tells the subject that was presented', async () => {
  const { clientId } = sandbox.control.addApplication({ displayName: 'deployer' })
  sandbox.control.addFederatedCredential(clientId, { subject: 'repo:acme/other:pull_request' })
  const { body } = await requestToken({ client_id: clientId })
  expect(body.error_description).toContain(
    "assertion subject 'repo:acme/infrastructure:ref:refs/heads/main'. Check your",
  )
})

test('a GitHub token of more than five minutes ago is refused', async () => {
  const old = await assertion()
  sandbox.control.advanceClock(301_000)
  const answer = await requestToken({ client_assertion: old })
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [700024] } })
  expect(answer.body.error_description).toMatch(/Current time: \S+T\S+Z, assertion valid from \S+Z, expiry time/)
})

test('an assertion signed by somebody else is refused', async () => {
  const { privateKey } = await generateKeyPair('RS256')
  const forged = await new SignJWT(decodeJwt(await assertion()))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(privateKey)
  const answer = await requestToken({ client_assertion: forged })
  expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client', error_codes: [700027] } })
})

test('an issuer whose keys nobody can fetch is refused', async () => {
  const issuer = 'https://issuer.invalid'
  const { clientId } = sandbox.control.addApplication({ displayName: 'deployer' })
  sandbox.control.addFederatedCredential(clientId, { issuer })
  const { privateKey } = await generateKeyPair('RS256')
  const foreign = await new SignJWT({ ...decodeJwt(await assertion()), iss: issuer })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
    .sign(privateKey)
  const answer = await requestToken({ client_id: clientId, client_assertion: foreign })
  expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request', error_codes: [900612] } })
})

test('the cloud tells its endpoints, whose audience gets a token', async () => {
  const cloud = await readJson('/metadata/endpoints?api-version=2022-09-01')
  expect(cloud).toMatchObject({
    resourceManager: `${sandbox.origin}/`,
    authentication: { loginEndpoint: `${sandbox.origin}/`, identityProvider: 'AAD', tenant: 'common' },
  })
  expect(cloud.microsoftGraphResourceId).not.toBe(cloud.resourceManager)
  for (const audience of [cloud.authentication.audiences[0], cloud.microsoftGraphResourceId]) {
    expect((await requestToken({ scope: `${audience}.default` })).status).toBe(200)
  }
  const clouds = await readJson('/metadata/endpoints?api-version=2019-05-01')
  expect(clouds).toEqual([cloud])
})

function input(name: string): string {
  return sandbox.inputs[name] ?? ''
}

function signIn(tenant: string, client: string): ClientAssertionCredential {
  return new ClientAssertionCredential(input(tenant), input(client), () => assertion(), {
    authorityHost: sandbox.origin,
    disableInstanceDiscovery: true,
  })
}

async function assertion(): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } = sandbox.env
  const response = await fetch(`${url}&audience=${azureAudience}`, { headers: { authorization: `Bearer ${token}` } })
  const { value } = await bodyOf(response)
  return value
}

async function requestToken(form: Record<string, string>, endpoint?: string) {
  const complete = {
    grant_type: 'client_credentials',
    client_id: input('client-id'),
    scope: `${sandbox.origin}/.default`,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(),
    ...form,
  }
  const response = await fetch(endpoint ?? `${sandbox.origin}/${input('tenant-id')}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(complete),
  })
  return { status: response.status, body: await bodyOf(response) }
}

async function readJson(path: string) {
  return bodyOf(await fetch(`${sandbox.origin}${path}`))
}

async function bodyOf(response: Response) {
  return JSON.parse(await response.text())
}
