import https from 'node:https'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { makeCertificates } from '../../sandbox/certificates.ts'
import { Clock } from '../../sandbox/clock.ts'
import { delivery } from '../../sandbox/delivery.ts'
import { Faults } from '../../sandbox/faults.ts'
import type { Route } from '../../sandbox/protocol.ts'
import { RequestLog } from '../../sandbox/request-log.ts'
import { router } from '../../sandbox/routes.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { Server } from '../../sandbox/server.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox()
  trust(sandbox.ca)
})

afterAll(() => sandbox.close())

test('an unknown route is answered 501 and named with its method, path and api-version', async () => {
  const response = await fetch(`${sandbox.origin}/quantum/machines?api-version=2031-01-01`, { method: 'PUT' })
  expect(response.status).toBe(501)
  const { error } = await bodyOf(response)
  expect(error.code).toBe('SandboxNotImplemented')
  expect(error.message).toContain('PUT /quantum/machines?api-version=2031-01-01')
})

test('fixed segments of a path match in any casing, and so does the name of api-version', async () => {
  const response = await fetch(`${sandbox.origin}/METADATA/Endpoints?API-Version=2022-09-01`)
  expect(response.status).toBe(200)
})

test('an api-version that is missing or not served is refused in the words of ARM', async () => {
  const missing = await fetch(`${sandbox.origin}/metadata/endpoints`)
  expect(missing.status).toBe(400)
  expect((await bodyOf(missing)).error.code).toBe('MissingApiVersionParameter')
  const unknown = await fetch(`${sandbox.origin}/metadata/endpoints?api-version=1999-01-01`)
  expect(unknown.status).toBe(400)
  expect((await bodyOf(unknown)).error).toEqual({
    code: 'InvalidApiVersionParameter',
    message:
      "The api-version '1999-01-01' is invalid. The supported versions are '2022-09-01,2020-06-01,2019-05-01,2015-01-01'.",
  })
})

test('a broken percent-encoding is refused', async () => {
  const response = await fetch(`${sandbox.origin}/%E0%A4%A/v2.0/.well-known/openid-configuration`)
  expect(response.status).toBe(400)
})

test('the certificate holds for localhost and 127.0.0.1, and only for who trusts its authority', async () => {
  const { port } = new URL(sandbox.origin)
  for (const host of ['localhost', '127.0.0.1']) {
    expect((await fetch(`https://${host}:${port}/github/.well-known/jwks`)).status).toBe(200)
  }
  const stranger = new Promise((resolve, reject) => {
    https.get(`${sandbox.origin}/github/.well-known/jwks`, { ca: [] }, resolve).on('error', reject)
  })
  await expect(stranger).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
})

test('a reply has its type, its length and the date of the sandbox', async () => {
  sandbox.control.advanceClock(86_400_000)
  const response = await fetch(`${sandbox.origin}/github/.well-known/openid-configuration`)
  const text = await response.text()
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
  expect(Date.parse(response.headers.get('date') ?? '') - Date.now()).toBeGreaterThan(86_000_000)
})

test('a connection serves several requests', async () => {
  const agent = new https.Agent({ keepAlive: true, maxSockets: 1 })
  const ports = []
  for (let count = 0; count < 3; count += 1)
    ports.push(await localPort(`${sandbox.origin}/github/.well-known/jwks`, agent))
  agent.destroy()
  expect(new Set(ports).size).toBe(1)
})

test('close ends requests that wait and connections that are open, at once', async () => {
  const own = await startSandbox({ latencyMs: 60_000 })
  trust(own.ca)
  const waiting = expect(fetch(`${own.origin}/github/.well-known/jwks`)).rejects.toThrow()
  const idle = tls.connect({ port: Number(new URL(own.origin).port), host: '127.0.0.1', ca: own.ca })
  idle.on('error', () => undefined)
  await new Promise((resolve) => idle.once('secureConnect', resolve))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const started = performance.now()
  await own.close()
  await waiting
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('latency delays each request', async () => {
  const own = await startSandbox({ latencyMs: 60 })
  trust(own.ca)
  const started = performance.now()
  await fetch(`${own.origin}/github/.well-known/jwks`)
  expect(performance.now() - started).toBeGreaterThanOrEqual(59)
  await own.close()
})

test('two sandboxes of one seed have the same ids and neither keys nor state in common', async () => {
  const first = await startSandbox({ seed: 'twin' })
  const second = await startSandbox({ seed: 'twin' })
  const other = await startSandbox({ seed: 'stranger' })
  const { cloud: _, 'github-token': token, ...inputs } = second.inputs
  expect(first.inputs['github-token']).not.toBe(token)
  expect(first.inputs).toMatchObject(inputs)
  expect(other.inputs['client-id']).not.toBe(first.inputs['client-id'])
  expect(first.ca).not.toBe(second.ca)
  first.control.addResourceGroup({ name: 'rg-only-here', location: 'westeurope' })
  expect(JSON.stringify(first.control.snapshot())).toContain('rg-only-here')
  expect(JSON.stringify(second.control.snapshot())).not.toContain('rg-only-here')
  await Promise.all([first, second, other].map((each) => each.close()))
})

test('a bug of the sandbox is answered 500, logged, and never looks like the service', async () => {
  const bug = () => {
    throw new Error('a handler fell over')
  }
  const own = await serve([{ method: 'GET', path: '/broken', handle: bug }])
  const response = await fetch(`${own.origin}/broken`)
  expect(response.status).toBe(500)
  expect((await bodyOf(response)).error).toMatchObject({ code: 'SandboxBug' })
  expect(own.log.entries()[0]?.bug).toContain('a handler fell over')
  await own.server.close()
})

test('the more precise of two routes is asked, and a span takes several segments', async () => {
  const named = (name: string, path: string): Route => ({
    method: 'GET',
    path,
    handle: ({ params }) => ({ status: 200, body: { name, ...params } }),
  })
  const own = await serve([
    named('span', '/{+scope}/providers/Roles/{role}'),
    named('single', '/{first}/{second}'),
    named('fixed', '/groups/{second}'),
  ])
  const read = async (path: string) => bodyOf(await fetch(`${own.origin}${path}`))
  expect(await read('/groups/a%20b')).toEqual({ name: 'fixed', second: 'a b' })
  expect(await read('/other/x/')).toEqual({ name: 'single', first: 'other', second: 'x' })
  expect(await read('/groups/a/things/b/providers/roles/r')).toEqual({
    name: 'span',
    scope: 'groups/a/things/b',
    role: 'r',
  })
  await own.server.close()
})

async function serve(routes: readonly Route[]) {
  const certificates = await makeCertificates()
  trust(certificates.ca)
  const server = await Server.listen(0, certificates)
  const log = new RequestLog()
  const world = { nextOperationFailure: undefined }
  const parts = { clock: new Clock(), faults: new Faults(), latency: { ms: 0 }, log, world }
  server.serve(delivery(router(routes), parts))
  return { server, log, origin: `https://localhost:${server.port}` }
}

function trust(ca: string): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ca])
}

function localPort(url: string, agent: https.Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { agent, ca: sandbox.ca }, (response) => {
      const port = response.socket.localPort
      response.resume().once('end', () => resolve(port))
    })
    request.on('error', reject)
  })
}

async function bodyOf(response: Response) {
  return JSON.parse(await response.text())
}
