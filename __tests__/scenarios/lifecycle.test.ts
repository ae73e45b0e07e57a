import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { fieldsOf } from '../specs/json.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.removeGroups())
afterAll(() => stage.close())

const AWKWARD = JSON.stringify({ LINES: 'one\ntwo\r\n', QUOTES: `"'\`$HOME %0A`, EMOJI: '🔑 ключ', BLANK: ' ' })
const SOME_TAGS = 'team=platform\ncost centre=4711 = x\nemoji=🔑'

/** Every value of every input at least once, and every pair of the awkward ones. */
const combinations: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'connector-version': 'v1.6.6' },
  { 'connector-version': '1.6.7', environment: 'LOG_LEVEL=debug\nPROXY=http://a=b' },
  { environment: AWKWARD, tags: SOME_TAGS },
  { environment: AWKWARD, 'connector-version': 'v1.6.6', cpu: '2', memory: '3.5' },
  { tags: '{"team":"a \\"quoted\\" one","line":"x = y"}', cpu: '1.25', memory: '0.5' },
  { location: '', 'apono-url': 'Proxy.Example.com' },
  { location: 'North Europe', 'connector-id': 'other_connector.eu-1', environment: 'A=1' },
  { 'connector-id': 'c'.repeat(128), tags: SOME_TAGS, location: '', cpu: '4', memory: '16' },
  { 'apono-url': 'apono.internal.example', environment: '# a comment\n\nKEY= value with blanks ', tags: 'a=' },
]

test.each(combinations.map((inputs, index) => ({ inputs, name: `group-${index}` })))(
  'plan, apply, and nothing left to do: $inputs',
  async ({ inputs, name }) => {
    const step = { ...inputs, name }
    const planned = await stage.run({ ...step, operation: 'plan' })
    expect(planned.outputs).toMatchObject({ 'to-create': '1', outcome: 'pending', 'failure-reason': '' })
    expect(writesOf(planned)).toEqual([])

    const applied = await stage.run({ ...step, operation: 'apply' })
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect(writesOf(applied)).toEqual([`PUT ${name}`])
    expect(applied.outputs['plan-fingerprint']).toBe(planned.outputs['plan-fingerprint'])
    expect(planLines(applied)).toEqual(planLines(planned))

    for (const operation of ['plan', 'apply']) {
      const again = await stage.run({ ...step, operation })
      expect(again.outputs).toMatchObject({ 'has-changes': 'false', outcome: 'in-sync', 'failure-reason': '' })
      expect([again.exitCode, writesOf(again), planLines(again)]).toEqual([0, [], []])
      expect(again.outputs['principal-id']).toBe(applied.outputs['principal-id'])
    }
  },
)

test('a plan without the token says what it could not compare, and shows no difference', async () => {
  await stage.run({ operation: 'apply', name: 'tokenless' })
  const planned = await stage.run({ operation: 'plan', name: 'tokenless', 'apono-token': '' })
  expect(planned.outputs['has-changes']).toBe('false')
  expect(plainLog(planned)).toContain('No apono-token was given, so whether it changed was not compared.')
})

test('another token shows as changed, and as nothing else', async () => {
  await stage.run({ operation: 'apply', name: 'rotated' })
  const planned = await stage.run({
    operation: 'plan',
    name: 'rotated',
    'apono-token': 'another"token\\with%25&all/+=',
  })
  expect(planLines(planned)).toEqual(['~ token (sensitive value), changed'])
})

test('a group that remembers another token gets this one', async () => {
  const name = 'rotated-in-azure'
  await stage.run({ operation: 'apply', name })
  const { tags } = stage.stored(name) ?? {}
  stage.edit((group) => ({ ...group, tags: { ...group.tags, 'apono-token-fingerprint': `1.${'0'.repeat(32)}` } }), name)
  const applied = await stage.run({ operation: 'apply', name })
  expect(planLines(applied)).toEqual(['~ token (sensitive value), changed'])
  expect(writesOf(applied)).toEqual([`PUT ${name}`])
  expect(stage.stored(name)?.tags).toEqual(tags)
})

test('changed tags are patched; the connector is not restarted', async () => {
  const name = 'tagged'
  const first = await stage.run({ operation: 'apply', name })
  const before = startedAt(first.requests.at(-1)?.replyBody)
  const applied = await stage.run({ operation: 'apply', name, tags: 'team=iam' })
  expect(planLines(applied)).toEqual(['+ tags.team "iam"'])
  expect(plainLog(applied)).toContain('Updates the connector without a restart.')
  expect(writesOf(applied)).toEqual([`PATCH ${name}`])
  expect(startedAt(applied.requests.at(-1)?.replyBody)).toBe(before)
  expect((await stage.run({ name, tags: 'team=iam' })).outputs['has-changes']).toBe('false')
})

test('another version is one PUT: the connector restarts and keeps its identity', async () => {
  const name = 'updated'
  const first = await stage.run({ operation: 'apply', name, 'connector-version': 'v1.7.7' })
  const applied = await stage.run({ operation: 'apply', name })
  expect(planLines(applied)).toEqual([
    '~ image "registry.apono.io/apono-connector:v1.7.7" → "registry.apono.io/apono-connector:v1.7.8"',
  ])
  expect(plainLog(applied)).toContain('Restarts the connector; its identity stays.')
  expect(writesOf(applied)).toEqual([`PUT ${name}`])
  expect(applied.outputs['principal-id']).toBe(first.outputs['principal-id'])
  expect(startedAt(applied.requests.at(-1)?.replyBody)).not.toBe(startedAt(first.requests.at(-1)?.replyBody))
})

test('each run signs in once, with one token of GitHub for the audience of the cloud', async () => {
  const applied = await stage.run({ operation: 'apply', name: 'signed-in' })
  const tokens = requestsTo(applied, /\/runner\/token$/)
  expect(tokens.map(({ query }) => new URLSearchParams(query).get('audience'))).toEqual(['api://AzureADTokenExchange'])
  expect(requestsTo(applied, /\/oauth2\//)).toHaveLength(1)
})

test('a plan with nothing to do waits four times for the network', async () => {
  await stage.run({ operation: 'apply', name: 'quick' })
  stage.control.setLatency(60)
  const planned = await stage.run({ name: 'quick' })
  stage.control.setLatency(0)
  expect([planned.outputs['has-changes'], planned.requests.length]).toEqual(['false', 8])
  expect(planned.roundTrips).toBe(4)
  // Rights are asked about when there is something to do.
  expect(requestsTo(planned, /permissions$|Microsoft.ContainerInstance$/)).toEqual([])
})

function startedAt(reply: string | undefined): unknown {
  const { containers } = fieldsOf(fieldsOf(JSON.parse(reply ?? 'null')).properties)
  const [first] = Array.isArray(containers) ? containers : []
  return fieldsOf(fieldsOf(fieldsOf(fieldsOf(first).properties).instanceView).currentState).startTime
}
