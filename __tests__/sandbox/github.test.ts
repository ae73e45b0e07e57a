import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLocalJWKSet, decodeJwt, type JWTPayload, jwtVerify } from 'jose'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})

afterAll(() => sandbox.close())

test('a runner asks for a token by appending the audience to the URL it was given', async () => {
  const response = await requestToken('&audience=api://AzureADTokenExchange')
  expect(response.status).toBe(200)
  const { count, value } = await bodyOf(response)
  expect(count).toBe(value.length)
  expect(decodeJwt(value).aud).toBe('api://AzureADTokenExchange')
})

test('a token without an audience is for the owner of the repository', async () => {
  expect((await claims('')).aud).toBe('https://github.com/acme')
})

test('a wrong or missing request token is refused', async () => {
  const wrong = await requestToken('', 'Bearer guessed')
  expect(wrong.status).toBe(401)
  const missing = await fetch(String(sandbox.env.ACTIONS_ID_TOKEN_REQUEST_URL))
  expect(missing.status).toBe(401)
})

test('a token is signed with a key that the issuer publishes', async () => {
  const configuration = await bodyOf(await fetch(`${sandbox.origin}/github/.well-known/openid-configuration`))
  expect(configuration.issuer).toBe(`${sandbox.origin}/github`)
  const keys = await bodyOf(await fetch(configuration.jwks_uri))
  expect(keys.keys[0]).not.toHaveProperty('d')
  const { value } = await bodyOf(await requestToken('&audience=somebody'))
  const { payload } = await jwtVerify(value, createLocalJWKSet(keys), {
    issuer: configuration.issuer,
    audience: 'somebody',
    algorithms: ['RS256'],
  })
  expect(payload.sub).toBe('repo:acme/infrastructure:ref:refs/heads/main')
})

test('a token lives five minutes by the clock of the sandbox', async () => {
  const before = await claims('')
  expect(Number(before.exp) - Number(before.iat)).toBe(300)
  sandbox.control.advanceClock(3_600_000)
  const after = await claims('')
  expect(Number(after.iat) - Number(before.iat)).toBeGreaterThanOrEqual(3600)
})

test('a token tells the run, all of it as text', async () => {
  const { iat, nbf, exp, ...texts } = await claims('')
  expect(texts).toMatchObject({
    repository: 'acme/infrastructure',
    repository_id: '2002',
    repository_owner: 'acme',
    repository_owner_id: '1001',
    ref: 'refs/heads/main',
    ref_type: 'branch',
    event_name: 'push',
    actor: 'octocat',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    workflow_ref: 'acme/infrastructure/.github/workflows/connector.yml@refs/heads/main',
  })
  expect(Object.values(texts).every((value) => typeof value === 'string')).toBe(true)
  expect(texts).not.toHaveProperty('environment')
})

test.each([
  { settings: { ref: 'refs/tags/v1' }, subject: 'repo:acme/infrastructure:ref:refs/tags/v1' },
  {
    settings: { eventName: 'pull_request', ref: 'refs/pull/7/merge' },
    subject: 'repo:acme/infrastructure:pull_request',
  },
  {
    settings: { eventName: 'pull_request', environment: 'production' },
    subject: 'repo:acme/infrastructure:environment:production',
  },
  { settings: { environment: 'eu:prod' }, subject: 'repo:acme/infrastructure:environment:eu%3Aprod' },
  { settings: { immutableSubject: true }, subject: 'repo:acme@1001/infrastructure@2002:ref:refs/heads/main' },
])('the subject is $subject', async ({ settings, subject }) => {
  const own = await startSandbox({ github: settings })
  try {
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), own.ca])
    const response = await requestToken('', undefined, own)
    const { value } = await bodyOf(response)
    expect(decodeJwt(value).sub).toBe(subject)
    expect(own.control.github().subject).toBe(subject)
  } finally {
    await own.close()
  }
})

test('the environment of a step agrees with its tokens', async () => {
  const { env } = sandbox
  const { repository, sha, run_id } = await claims('')
  expect([env.GITHUB_REPOSITORY, env.GITHUB_SHA, env.GITHUB_RUN_ID]).toEqual([repository, sha, run_id])
})

async function claims(suffix: string): Promise<JWTPayload> {
  const { value } = await bodyOf(await requestToken(suffix))
  return decodeJwt(value)
}

function requestToken(suffix: string, authorization?: string, of: Sandbox = sandbox): Promise<Response> {
  const url = `${of.env.ACTIONS_ID_TOKEN_REQUEST_URL}${suffix}`
  return fetch(url, {
    headers: { authorization: authorization ?? `Bearer ${of.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  })
}

async function bodyOf(response: Response) {
  return JSON.parse(await response.text())
}
