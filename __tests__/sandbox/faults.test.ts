import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})

afterEach(() => sandbox.close())

test('a reply fault answers the first matching request instead of the service', async () => {
  const body = { error: { code: 'ServiceUnavailable', message: 'later' } }
  const effect = { kind: 'reply', status: 503, headers: { 'retry-after': '1' }, body } as const
  sandbox.control.injectFault({ name: 'busy', path: '/jwks$', effect })
  expect((await keys()).status).toBe(503)
  expect((await keys()).status).toBe(200)
  expect(sandbox.control.requests()[0]).toMatchObject({ status: 503, fault: 'busy' })
  expect(sandbox.control.requests()[1]).toMatchObject({ status: 200, fault: null })
})

test('a fault can wait for the n-th matching request, counted from its injection', async () => {
  await keys()
  sandbox.control.injectFault({ name: 'second', path: '/jwks$', on: 2, effect: { kind: 'reply', status: 429 } })
  await fetch(`${sandbox.origin}/github/.well-known/openid-configuration`)
  const statuses = [await keys(), await keys(), await keys()].map(({ status }) => status)
  expect(statuses).toEqual([200, 429, 200])
  expect(sandbox.control.faults()).toMatchObject([{ name: 'second', matched: 3 }])
})

test('a fault on every request lasts until it is removed', async () => {
  sandbox.control.injectFault({ name: 'down', on: 'every', effect: { kind: 'html', status: 502 } })
  for (const response of [await keys(), await keys()]) {
    expect(response.status).toBe(502)
    expect(response.headers.get('content-type')).toMatch('text/html')
    expect(await response.text()).toMatch(/^<html>/)
  }
  expect(sandbox.control.removeFault('down')).toBe(true)
  expect(sandbox.control.removeFault('down')).toBe(false)
  expect((await keys()).status).toBe(200)
})

test('a fault can be for one method alone', async () => {
  sandbox.control.injectFault({ name: 'writes', method: 'PUT', on: 'every', effect: { kind: 'reply', status: 409 } })
  expect((await keys()).status).toBe(200)
  expect((await fetch(`${sandbox.origin}/anything`, { method: 'PUT' })).status).toBe(409)
})

test.each([
  { when: 'before', handled: false },
  { when: 'after', handled: true },
] as const)('a connection dropped $when the service did its work', async ({ when, handled }) => {
  sandbox.control.injectFault({ name: 'cut', method: 'POST', effect: { kind: 'drop', when } })
  await expect(signIn()).rejects.toThrow('fetch failed')
  expect(sandbox.control.requests().at(-1)).toMatchObject({ fault: 'cut', status: null, ended: expect.any(Number) })
  // The service's trace ids are numbered, so the next one tells whether the one before was used.
  const traceId = (await signIn()).headers.get('x-ms-request-id')
  const undisturbed = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), undisturbed.ca])
  const traces = [await signIn(undisturbed), await signIn(undisturbed)].map(({ headers }) =>
    headers.get('x-ms-request-id'),
  )
  expect(traces.indexOf(traceId)).toBe(handled ? 1 : 0)
  await undisturbed.close()
})

test('a truncated body announces its length and ends in the middle', async () => {
  sandbox.control.injectFault({ name: 'torn', effect: { kind: 'truncate' } })
  const response = await keys()
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
})

test('a delayed request is answered in the end', async () => {
  sandbox.control.injectFault({ name: 'slow', effect: { kind: 'delay', ms: 80 } })
  const started = performance.now()
  expect((await keys()).status).toBe(200)
  expect(performance.now() - started).toBeGreaterThanOrEqual(79)
})

test('a failed operation is left for the service that starts the next one', async () => {
  const events = [{ name: 'InsufficientCapacity.', message: 'Nothing free.' }]
  sandbox.control.injectFault({
    name: 'no room',
    path: '/containerGroups/',
    effect: { kind: 'failed-operation', events },
  })
  await keys()
  expect(sandbox.control.snapshot()).not.toHaveProperty('nextOperationFailure')
  await fetch(`${sandbox.origin}/containerGroups/x`, { method: 'PUT' })
  expect(sandbox.control.snapshot()).toMatchObject({ nextOperationFailure: events })
})

test('the control surface is never disturbed', async () => {
  sandbox.control.injectFault({ name: 'all', on: 'every', effect: { kind: 'drop', when: 'before' } })
  expect((await fetch(`${sandbox.origin}/_sandbox/faults`)).status).toBe(200)
})

function keys(): Promise<Response> {
  return fetch(`${sandbox.origin}/github/.well-known/jwks`)
}

/** A sign-in that is refused, which uses up a trace id. */
function signIn(at: Sandbox = sandbox): Promise<Response> {
  const url = `${at.origin}/${at.inputs['tenant-id']}/oauth2/v2.0/token`
  return fetch(url, { method: 'POST', headers: { 'client-request-id': 'test' }, body: new URLSearchParams({}) })
}
