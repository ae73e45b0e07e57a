import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { leaksOf, type Secrets, tokensIn } from '../stage/leaks.ts'
import type { Result } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

/** Nothing about the action: these tests hold the watch over its secrets to account. */
let stage: Stage
let applied: Result
let token: string
let secrets: Secrets

beforeAll(async () => {
  stage = await openStage()
  token = stage.sandbox.inputs['apono-token'] ?? ''
  applied = await stage.run({ operation: 'apply' }, { debug: true })
  const job = new Map([[stage.sandbox.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '', 'the request token']])
  secrets = { apono: new Map([[token, 'the token']]), secure: new Map(), job, keys: new Map(), readableToken: false }
})
afterAll(() => stage.close())

test('a run that keeps its secrets passes', () => {
  expect(applied.raw).toContain(`::add-mask::${token}`)
  expect(applied.requests.some(({ method, body }) => method === 'PUT' && body.includes(token))).toBe(true)
  // Without these the watch would look at nothing.
  expect(Object.keys(applied.files)).toEqual(expect.arrayContaining(['output', 'summary']))
  expect(Object.keys(applied.files).some((path) => path.startsWith('apono-plan-'))).toBe(true)
  expect(leaksOf(applied, secrets)).toEqual([])
})

test('every token that was handed out to a run is masked', () => {
  const handedOut = applied.requests.flatMap(tokensIn).map(([text]) => text)
  expect(handedOut.length).toBeGreaterThan(1)
  for (const secret of handedOut) expect(applied.raw).toContain(`::add-mask::${secret}\n`)
})

const encodings: readonly [string, (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['in base64', (secret) => Buffer.from(secret).toString('base64')],
  ['in base64url', (secret) => Buffer.from(secret).toString('base64url')],
  ['inside longer base64', (secret) => Buffer.from(`apono:${secret}!`).toString('base64')],
  ['inside shifted base64', (secret) => Buffer.from(`user:${secret}`).toString('base64')],
  ['as a part of a URL', (secret) => `https://example.com/?t=${encodeURIComponent(secret)}`],
  ['as JSON', (secret) => JSON.stringify({ secret })],
  ['as JSON in JSON', (secret) => JSON.stringify(JSON.stringify({ secret }))],
  ['as a workflow command', (secret) => `::debug::${secret.replaceAll('%', '%25')}`],
]

test.each(encodings)('a token in the log %s is found', (_name, encode) => {
  const awkward = 'pässword"with\\all%sorts&of/signs+='
  for (const secret of [token, awkward]) {
    const planted = { ...applied, raw: `${applied.raw}\n${encode(secret)}\n` }
    expect(leaksOf(planted, { ...secrets, apono: new Map([[secret, 'the token']]) })).toEqual([
      'the token stands in the log',
    ])
  }
})

type Planted = readonly [place: string, plant: (result: Result, secret: string) => Result, says: string]

const places: readonly Planted[] = [
  [
    'an output',
    (result, secret) => ({ ...result, outputs: { ...result.outputs, 'portal-url': secret } }),
    'the output portal-url',
  ],
  ['the summary', (result, secret) => ({ ...result, summary: secret }), 'the summary'],
  ['plan-json', (result, secret) => ({ ...result, planJson: secret }), 'plan-json'],
  [
    'a file',
    (result, secret) => ({ ...result, files: { ...result.files, 'home/.azure/x': secret } }),
    'the file home/.azure/x',
  ],
  ['a path', (result, secret) => onLast(result, { path: `/x/${secret}` }), 'the path of'],
  ['a query', (result, secret) => onLast(result, { query: `a=${secret}` }), 'the query of'],
  ['a header', (result, secret) => onLast(result, { headers: { 'user-agent': secret } }), 'the headers of'],
  ['a body', (result, secret) => onLast(result, { body: JSON.stringify({ secret }) }), 'the body of'],
]

function onLast(result: Result, change: Partial<Result['requests'][number]>): Result {
  return {
    ...result,
    requests: result.requests.map((each, at, { length }) => (at === length - 1 ? { ...each, ...change } : each)),
  }
}

test.each(places)('every kind of secret is found in %s', (_place, plant, says) => {
  const [requestToken = ''] = [...secrets.job.keys()]
  const issued = applied.requests.flatMap(({ replyBody }) => [
    .../"(?:value|access_token)":"(eyJ[^"]+)"/g[Symbol.matchAll](replyBody),
  ])
  expect(issued).toHaveLength(2)
  for (const secret of [token, requestToken, ...issued.map(([, each]) => each ?? '')]) {
    const found = leaksOf(plant(applied, secret), secrets)
    expect(found.length).toBeGreaterThan(0)
    for (const leak of found) expect(leak).toContain(says)
  }
})

test('a token in a tag, in a plain variable or in a reply is found', () => {
  const inPut = (change: (body: string) => string): Result => ({
    ...applied,
    requests: applied.requests.map((each) => (each.method === 'PUT' ? { ...each, body: change(each.body) } : each)),
  })
  expect(
    leaksOf(
      inPut((body) => body.replace('azure-connector-action', token)),
      secrets,
    ),
  ).toHaveLength(1)
  expect(
    leaksOf(
      inPut((body) => body.replace('secureValue', 'value')),
      secrets,
    ),
  ).toHaveLength(1)
  expect(
    leaksOf(
      inPut((body) => body.replace('api.apono.io', token)),
      secrets,
    ),
  ).toHaveLength(1)
  expect(leaksOf(onLast(applied, { replyBody: `{"value":"${token}"}` }), secrets)).toHaveLength(1)
})

test('the key of a workspace belongs in the reply that hands it out and in the PUT of the group, and nowhere else', () => {
  const key = 'a2V5IG9mIGEgd29ya3NwYWNl'
  const watched = { ...secrets, keys: new Map([[key, 'the key']]) }
  const diagnostics = { logAnalytics: { workspaceId: 'id', workspaceKey: key } }
  const group = { method: 'PUT', body: JSON.stringify({ properties: { diagnostics } }) }
  expect(
    leaksOf(onLast(applied, { path: '/x/sharedKeys', replyBody: `{"primarySharedKey":"${key}"}` }), watched),
  ).toEqual([])
  expect(leaksOf(onLast(applied, group), watched)).toEqual([])
  expect(leaksOf(onLast(applied, { replyBody: `{"primarySharedKey":"${key}"}` }), watched)).toHaveLength(1)
  expect(leaksOf(onLast(applied, { ...group, body: group.body.replace('"id"', `"${key}"`) }), watched)).toHaveLength(1)
  expect(leaksOf({ ...applied, summary: key }, watched)).toHaveLength(1)
})

test('closing a stage fails when a run showed a secret, and tells where', async () => {
  const careless = await openStage()
  // A value that the user gives twice, once where everybody sees it: the action is not to blame, but the watch must bark.
  const twice = 'careless-connector'
  await careless.run({ operation: 'apply', 'apono-token': twice, 'connector-id': twice })
  await expect(careless.close()).rejects.toThrow(/run 1 \(apply\): the Apono token stands in the body of PUT/)
})
