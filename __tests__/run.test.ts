import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { startSandbox } from '../sandbox/sandbox.ts'
import type { ErrorCode } from '../src/errors.ts'
import { expectFailure } from './stage/failure.ts'
import { withContainer, withoutVariable, withProperties, withTags, withVariable } from './stage/group-edits.ts'
import { plainLog, planLines, requestsTo, writesOf } from './stage/result.ts'
import { openStage, type Stage } from './stage.ts'

/** The way of a run through the sources, in this process; `scenarios/` goes further, through dist/. */
let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.removeGroups())
afterAll(() => stage.close())

const environments = ['', 'A=1\nB=two', JSON.stringify({ LINES: 'one\ntwo', QUOTE: '"\'`', EMOJI: '🔑' })]
const tags = ['', 'team=platform\ncost centre=4711']
const versions = ['v1.7.8', 'v1.6.6']
const sizes = [
  { cpu: '1', memory: '2' },
  { cpu: '1.5', memory: '3.5' },
]
const places = [
  { location: 'West Europe', 'apono-url': 'api.apono.io', 'connector-id': 'apono-connector' },
  { location: '', 'apono-url': 'proxy.example.com', 'connector-id': 'another.one' },
]
const combinations = environments.flatMap((environment) =>
  tags.flatMap((tag) =>
    versions.flatMap((version) =>
      sizes.flatMap((size) =>
        places.map((place) => ({ environment, tags: tag, 'connector-version': version, ...size, ...place })),
      ),
    ),
  ),
)

test.each(combinations.map((inputs, index) => ({ inputs, index })))(
  'a plan after an apply is empty (combination $index)',
  async ({ inputs, index }) => {
    const name = `combination-${index}`
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply', name })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, [`PUT ${name}`]])
    const planned = await stage.runInProcess({ ...inputs, name })
    expect([planned.outputs.outcome, planLines(planned), writesOf(planned)]).toEqual(['in-sync', [], []])
  },
)

test('a change in place is applied and a plan after it is empty', async () => {
  const name = 'changed'
  await stage.runInProcess({ operation: 'apply', name, 'connector-version': 'v1.7.7' })
  expect(writesOf(await stage.runInProcess({ operation: 'apply', name }))).toEqual(['PUT changed'])
  expect(writesOf(await stage.runInProcess({ operation: 'apply', name, tags: 'a=b' }))).toEqual(['PATCH changed'])
  const again = await stage.runInProcess({ operation: 'apply', name, tags: 'a=b' })
  expect([again.outputs.outcome, plainLog(again)]).toEqual([
    'in-sync',
    expect.stringContaining('was left unchanged. It is Running.'),
  ])
})

test('a replace is planned and refused', async () => {
  const name = 'replaced'
  await stage.runInProcess({ operation: 'apply', name })
  stage.edit(
    withContainer((container) => ({ ...container, command: ['sh'], ports: [{ port: 80 }] })),
    name,
  )
  const refused = await stage.runInProcess({ operation: 'apply', name })
  expectFailure(refused, 'replace-refused', 'cannot change command of what is there')
  expect(writesOf(refused)).toEqual([])
})

test('a group of somebody else stops the run', async () => {
  const name = 'foreign'
  await stage.runInProcess({ operation: 'apply', name })
  stage.edit(withTags({ 'apono-connector-id': 'theirs' }), name)
  expectFailure(
    await stage.runInProcess({ name }),
    'foreign-resource',
    'its tags say that it is the connector "theirs"',
  )
  stage.edit(withTags({ 'apono-connector-id': null, 'apono-managed-by': null }), name)
  stage.edit(withVariable({ name: 'APONO_CONNECTOR_ID', value: 'theirs' }), name)
  expectFailure(await stage.runInProcess({ name }), 'foreign-resource', 'it runs the connector "theirs"')
  stage.edit(withoutVariable('APONO_CONNECTOR_ID'), name)
  expectFailure(await stage.runInProcess({ name }), 'foreign-resource', 'it does not run an Apono connector')
})

test('a second registry and everything else that may stand on a group shows', async () => {
  const name = 'decorated'
  await stage.runInProcess({ operation: 'apply', name })
  stage.edit(
    withProperties((properties) => ({
      ...properties,
      imageRegistryCredentials: [
        ...(properties.imageRegistryCredentials ?? []),
        { server: 'acme.azurecr.io', username: 'acme', password: 'x' },
      ],
      initContainers: [{ name: 'first', properties: { image: 'busybox' } }],
      dnsConfig: { nameServers: ['10.0.0.4'] },
      ipAddress: { type: 'Private', ports: [{ port: 80 }] },
      subnetIds: [{ id: '/subscriptions/S/subnets/A' }],
      diagnostics: { logAnalytics: { workspaceId: 'w', workspaceKey: 'key' } },
      priority: 'Spot',
      sku: 'Dedicated',
    })),
    name,
  )
  const planned = await stage.runInProcess({ name })
  expect(planLines(planned).map((line) => line.split(' ')[1])).toEqual(
    expect.arrayContaining([
      'registries',
      'initContainers',
      'network.dns.nameServers',
      'network.address.type',
      'network.subnet',
      'logAnalytics.workspace',
      'priority',
      'sku',
    ]),
  )
})

test('a failed operation is told with its reason; the next apply sets the group up again', async () => {
  const events = [{ name: 'InsufficientCapacity.', message: 'None left.' }]
  stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events } })
  expectFailure(await stage.runInProcess({ operation: 'apply', name: 'failed' }), 'no-capacity', 'None left.')
  const again = await stage.runInProcess({ operation: 'apply', name: 'failed' })
  expect([again.exitCode, planLines(again)]).toEqual([0, ['~ state "ProvisioningFailed" → "Running"']])
})

test('an operation that takes its time is watched', async () => {
  stage.control.setTiming({ pendingMs: 300, startMs: 300 })
  const applied = await stage.runInProcess({ operation: 'apply', name: 'slow' })
  stage.control.setTiming({ pendingMs: 0, startMs: 0 })
  expect(plainLog(applied)).toMatch(/slow: Pending \(0 s\)\n(.|\n)*slow: Succeeded/)
})

test('what Azure tells of an operation on its way is told once, when it is new', async () => {
  const events = [{ name: 'Pulling', message: 'pulling image\u001b[2K "apono-connector"' }]
  const effect = { kind: 'reply', status: 200, body: { status: 'Creating', properties: { events } } } as const
  for (const on of [1, 2]) stage.control.injectFault({ name: `pulling ${on}`, path: '/operations/', on, effect })
  const applied = await stage.runInProcess({ operation: 'apply', name: 'pulling' })
  const told = plainLog(applied)
    .split('\n')
    .filter((line) => line.includes('Pulling'))
  expect(told).toEqual([
    expect.stringMatching(/^pulling: Creating \(\d+ s\): Pulling: pulling image\\u001b\[2K "apono-connector"$/),
  ])
})

test('our token goes to no other host than the ARM we signed in for', async () => {
  const other = await startSandbox()
  setDefaultCACertificates([...getCACertificates('default'), other.ca])
  const body = {
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded', containers: [], osType: 'Linux' },
  }
  const headers = { 'azure-asyncoperation': `${other.origin}/github/.well-known/jwks` }
  stage.control.injectFault({ name: 'elsewhere', method: 'PUT', effect: { kind: 'reply', status: 201, headers, body } })
  await stage.runInProcess({ operation: 'apply', name: 'elsewhere' }, QUICK)
  const seen = other.control.requests().map((request) => request.headers.authorization)
  await other.close()
  expect(seen).toEqual([])
})

/** A pause of a second takes a fiftieth. */
const QUICK = { pace: { second: 20 } }

test('a PUT that meets itself, since its answer got lost, is waited for', async () => {
  stage.control.setTiming({ startMs: 300 })
  stage.control.injectFault({ name: 'lost', method: 'PUT', effect: { kind: 'drop', when: 'after' } })
  const applied = await stage.runInProcess({ operation: 'apply', name: 'lost' }, QUICK)
  stage.control.setTiming({ startMs: 0 })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
  expect(plainLog(applied)).toContain('lost: waiting for an earlier change of the group to end')
})

test('a service that says when to look again is not asked before', async () => {
  const effect = { kind: 'reply', status: 200, headers: { 'retry-after': '1' }, body: { status: 'Creating' } } as const
  stage.control.injectFault({ name: 'later', path: '/operations/', on: 1, effect })
  const applied = await stage.runInProcess({ operation: 'apply', name: 'patient' })
  const [first, second] = requestsTo(applied, /\/operations\//)
  expect(applied.exitCode).toBe(0)
  expect((second?.started ?? 0) - (first?.ended ?? 0)).toBeGreaterThan(990)
})

test("a cloud with an audience of its own gets a token of GitHub's for that", async () => {
  const { origin } = stage.sandbox
  const audience = 'api://AzureADTokenExchangeUSGov'
  stage.control.addFederatedCredential(stage.sandbox.inputs['client-id'] ?? '', { audience })
  const authentication = { loginEndpoint: origin, audiences: [origin] }
  const body = [{ name: 'AzureUSGovernment', resourceManager: origin, authentication }]
  stage.control.injectFault({ name: 'government', path: '/metadata/', effect: { kind: 'reply', status: 200, body } })
  const planned = await stage.runInProcess({ name: 'government' })
  expect(planned.exitCode).toBe(0)
  const asked = requestsTo(planned, /runner\/token/).map(({ query }) => new URLSearchParams(query).get('audience'))
  expect(asked.at(-1)).toBe(audience)
})

test('what is no Azure Resource Manager, or is not there at all, is unreachable', async () => {
  stage.control.injectFault({ name: 'page', path: '/metadata/', on: 'every', effect: { kind: 'html', status: 200 } })
  expectFailure(await stage.runInProcess({}, QUICK), 'unreachable', 'a web page instead of JSON')
  stage.control.removeFault('page')
  expectFailure(
    await stage.runInProcess({ cloud: 'https://localhost:1' }, QUICK),
    'unreachable',
    'localhost:1 could not be reached',
  )
})

type Refusal = { readonly what: string; readonly inputs: Readonly<Record<string, string>>; readonly code: ErrorCode }
const NOWHERE = '00000000-0000-4000-8000-000000000000'
const refusals: readonly Refusal[] = [
  {
    what: 'a missing group',
    inputs: { 'resource-group': 'rg-missing', location: '' },
    code: 'resource-group-not-found',
  },
  { what: 'a missing subscription', inputs: { 'subscription-id': NOWHERE }, code: 'subscription-not-found' },
  { what: 'an unknown client', inputs: { 'client-id': NOWHERE }, code: 'client-not-found' },
  { what: 'a missing tenant', inputs: { 'tenant-id': NOWHERE }, code: 'tenant-not-found' },
  { what: 'a wrong token', inputs: { operation: 'apply', 'apono-token': 'wrong-token' }, code: 'image-not-accessible' },
  { what: 'wrong inputs', inputs: { cpu: 'many' }, code: 'invalid-inputs' },
]

test.each(refusals)('$what is $code', async ({ inputs, code }) => {
  expectFailure(await stage.runInProcess({ name: 'refused', ...inputs }, { debug: true }), code)
})

test('a job that may not ask GitHub for a token is told how it may', async () => {
  const refused = await stage.runInProcess({}, { env: { ACTIONS_ID_TOKEN_REQUEST_URL: null } })
  expectFailure(refused, 'id-token-unavailable', 'id-token: write')
  const unauthorised = await stage.runInProcess({}, { env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'not-of-this-job' } })
  expectFailure(unauthorised, 'id-token-unavailable', 'GitHub answered 401')
})

test('a runner without a job summary gets everything else', async () => {
  const result = await stage.runInProcess({ name: 'plain' }, { hasSummary: false })
  expect([result.exitCode, result.summary, result.outputs['to-create']]).toEqual([0, '', '1'])
  const failed = await stage.runInProcess({ name: 'plain', cpu: 'many' }, { hasSummary: false })
  expect([failed.exitCode, failed.summary]).toEqual([1, ''])
})

test('something that nobody foresaw is reported as such, with where to report it', async () => {
  const result = await stage.runInProcess({ name: 'no-folder' }, { env: { RUNNER_TEMP: '/nowhere/at/all' } })
  expectFailure(result, 'unexpected', 'ENOENT', 'https://github.com/apono/azure-connector-action/issues')
})
