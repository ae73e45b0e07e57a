import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expectFailure } from '../stage/failure.ts'
import { openProxy, type ProxyProcess } from '../stage/proxy.ts'
import type { Result } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

/** Names that only the proxy knows the way to. */
const [AZURE, GITHUB, APONO] = ['azure.test', 'github.test', 'apono.test'] as const

/** Every kind of traffic, by the paths that the sandbox serves it under, and the name it is asked for. */
const TRAFFIC: readonly (readonly [what: string, path: RegExp, name: string])[] = [
  ["the cloud's description", /\/metadata\/endpoints/, AZURE],
  ["GitHub's token", /\/runner\/token/, GITHUB],
  ['Entra', /\/oauth2\/v2\.0\/token/, AZURE],
  ['Resource Manager', /\/subscriptions\//, AZURE],
  ['Microsoft Graph', /\/v1\.0\/roleManagement/, AZURE],
  ['Apono', /\/apono\/api/, APONO],
]

let proxy: ProxyProcess
let stage: Stage

beforeAll(async () => {
  proxy = await openProxy()
  stage = await openStage({
    sandbox: { names: [AZURE, GITHUB, APONO] },
    timing: { replicationMs: 0, graphConsistencyMs: 0 },
  })
  await stage.run({ ...WANTED, operation: 'apply' }, { env: { ...github(), HTTPS_PROXY: proxy.url } })
}, 60_000)
afterAll(async () => {
  await Promise.all([stage.close(), proxy.close()])
})

const WANTED = { permissions: 'subscription' }

/** A destroy asks everybody there is. */
function destroying(): Record<string, string> {
  const { apono, origin } = stage.sandbox
  return {
    operation: 'destroy',
    confirm: 'apono-connector',
    'apono-api-token': apono.token,
    'apono-api-url': `${origin.replace(AZURE, APONO)}/apono`,
  }
}

function github(): Record<string, string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '' } = stage.sandbox.env
  return { ACTIONS_ID_TOKEN_REQUEST_URL: url.replace(AZURE, GITHUB) }
}

/** All of it was asked, under these names, to which nothing but the proxy leads. */
function expectTraffic({ requests }: Result, connections: readonly string[]): void {
  const { port } = new URL(stage.sandbox.origin)
  for (const [what, path, name] of TRAFFIC) {
    expect([what, requests.some((request) => path.test(request.path))]).toEqual([what, true])
    const asked = requests.filter((request) => path.test(request.path)).map(({ headers }) => headers.host)
    expect([what, new Set(asked)]).toEqual([what, new Set([`${name}:${port}`])])
    expect(connections).toContain(`${name}:${port}`)
  }
}

test.each(['HTTPS_PROXY', 'https_proxy'])('everything goes through the proxy of %s', async (variable) => {
  await stage.run({ ...WANTED, operation: 'apply' }, { env: { ...github(), [variable]: proxy.url } })
  const before = proxy.connections().length
  const destroyed = await stage.run(destroying(), { env: { ...github(), [variable]: proxy.url } })
  expect([destroyed.exitCode, destroyed.outputs.outcome]).toEqual([0, 'applied'])
  expectTraffic(destroyed, proxy.connections().slice(before))
})

test('the comment on a pull request goes through it too', async () => {
  const pull = await openStage({
    sandbox: { names: [AZURE], github: { eventName: 'pull_request', ref: 'refs/pull/7/merge', headRef: 'change' } },
  })
  const planned = await pull.run({}, { env: { HTTPS_PROXY: proxy.url } })
  expect(planned.exitCode).toBe(0)
  expect(planned.outputs['comment-url']).toMatch(/^https:/)
  expect(planned.requests.some(({ method, path }) => method === 'POST' && path.includes('/comments'))).toBe(true)
  await pull.close()
})

test.each(['NO_PROXY', 'no_proxy'])('%s keeps a host out of it, and no other', async (variable) => {
  const direct = await openStage({ timing: { replicationMs: 0, graphConsistencyMs: 0 } })
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '' } = direct.sandbox.env
  const { port } = new URL(direct.sandbox.origin)
  const before = proxy.connections().length
  const planned = await direct.run(WANTED, {
    env: {
      HTTPS_PROXY: proxy.url,
      [variable]: 'localhost,.example.com',
      ACTIONS_ID_TOKEN_REQUEST_URL: url.replace('localhost', '127.0.0.1'),
    },
  })
  expect(planned.exitCode).toBe(0)
  expect(new Set(proxy.connections().slice(before))).toEqual(new Set([`127.0.0.1:${port}`]))
  await direct.close()
})

test('a certificate that only NODE_EXTRA_CA_CERTS vouches for is checked behind the proxy too', async () => {
  const env = { ...github(), HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: null }
  expectFailure(await stage.run(WANTED, { env }), 'unreachable', 'NODE_EXTRA_CA_CERTS', 'HTTPS_PROXY')
})

test('a proxy that is not there is named as the reason', async () => {
  const env = { ...github(), HTTPS_PROXY: 'http://127.0.0.1:1' }
  expectFailure(await stage.run(WANTED, { env }), 'unreachable', '127.0.0.1:1', 'HTTPS_PROXY')
})
