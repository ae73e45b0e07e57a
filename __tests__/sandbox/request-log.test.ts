import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sequentialRoundTrips } from '../../sandbox/round-trips.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})

afterEach(() => sandbox.close())

test('the log keeps what was said, but of an authorization only the audience', async () => {
  // The form of a JWT is enough: the log reads the audience without trusting it.
  const token = `e30.${Buffer.from('{"aud":"somebody"}').toString('base64url')}.c2lnbmF0dXJl`
  const response = await fetch(`${sandbox.origin}/nowhere?a=1&api-version=2`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'X-Mine': 'yes' },
    body: 'hello',
  })
  const body = await read('/requests')
  expect(body).toHaveLength(1)
  expect(body[0]).toMatchObject({
    method: 'POST',
    path: '/nowhere',
    query: 'a=1&api-version=2',
    headers: { authorization: 'Bearer (somebody)', 'x-mine': 'yes' },
    body: 'hello',
    status: 501,
    replyHeaders: { 'content-type': 'application/json; charset=utf-8' },
    replyBody: await response.text(),
    fault: null,
    bug: null,
  })
  expect(body[0].ended).toBeGreaterThanOrEqual(body[0].started)
  expect(JSON.stringify(body)).not.toContain(token)
})

test('requests side by side are one round trip, requests in turn are several', async () => {
  sandbox.control.setLatency(30)
  const url = `${sandbox.origin}/github/.well-known/jwks`
  await Promise.all([fetch(url), fetch(url), fetch(url)])
  await fetch(url)
  await fetch(url)
  expect(await read('/round-trips')).toEqual({ sequential: 3, requests: 5 })
})

test.each([
  { of: 'nothing', intervals: [], trips: 0 },
  {
    of: 'a request under way',
    intervals: [
      [0, null],
      [5, 9],
    ],
    trips: 1,
  },
  {
    of: 'a chain beside a long request',
    intervals: [
      [0, 100],
      [1, 10],
      [11, 20],
      [21, 30],
    ],
    trips: 3,
  },
  {
    of: 'requests out of order',
    intervals: [
      [20, 30],
      [0, 10],
      [10, 20],
    ],
    trips: 3,
  },
])('the round trips of $of', ({ intervals, trips }) => {
  const entries = intervals.map(([started, ended]) => ({ started: started ?? 0, ended: ended ?? null }))
  expect(sequentialRoundTrips(entries)).toBe(trips)
})

test('the log can be cleared', async () => {
  await fetch(`${sandbox.origin}/github/.well-known/jwks`)
  expect(await read('/requests')).toHaveLength(1)
  await fetch(`${sandbox.origin}/_sandbox/requests`, { method: 'DELETE' })
  expect(await read('/requests')).toEqual([])
})

async function read(path: string) {
  return JSON.parse(await (await fetch(`${sandbox.origin}/_sandbox${path}`)).text())
}
