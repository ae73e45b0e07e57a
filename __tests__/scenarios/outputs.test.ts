import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { fieldsOf } from '../specs/json.ts'
import { writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage
let declared: string[]

beforeAll(async () => {
  stage = await openStage()
  const metadata = fieldsOf(parse(await readFile(new URL('../../action.yml', import.meta.url), 'utf8')))
  declared = Object.keys(fieldsOf(metadata.outputs))
    .filter((name) => name !== OF_DRIFT && name !== OF_LOGS && !ON_GITHUB.includes(name))
    .sort()
})
afterEach(() => stage.removeGroups())
afterAll(() => stage.close())

/** The output of a drift run alone. */
const OF_DRIFT = 'drift-detected'

/** The output of a connector that keeps its log. */
const OF_LOGS = 'log-analytics-workspace-id'
/** Outputs of runs that said something on GitHub. */
const ON_GITHUB = ['comment-url', 'issue-url']

/** Outputs that are only known once the group exists. */
const OF_A_GROUP = ['connector-status', 'connector-version', 'container-group-id', 'portal-url', 'principal-id']

test('with a group there is a value for every output that action.yml declares, and for no other', async () => {
  for (const operation of ['apply', 'plan']) {
    const { outputs } = await stage.run({ operation })
    expect(Object.keys(outputs).sort()).toEqual(declared)
    expect(outputs['container-group-id']?.toLowerCase()).toBe(stage.groupId().toLowerCase())
    expect(outputs['portal-url']).toContain(stage.groupId())
  }
})

test('a drift run says besides whether there was any', async () => {
  await stage.run({ operation: 'apply' })
  const { outputs } = await stage.run({ operation: 'drift' })
  expect(Object.keys(outputs).sort()).toEqual([...declared, OF_DRIFT].sort())
  expect(outputs).toMatchObject({ [OF_DRIFT]: 'false', outcome: 'in-sync' })
})

test('a plan of a new group has all but what only Azure can tell', async () => {
  const { outputs } = await stage.run({ name: 'new' })
  expect(Object.keys(outputs).sort()).toEqual(declared.filter((name) => !OF_A_GROUP.includes(name)))
})

test('a failure before the plan has the outcome and the reason', async () => {
  const { outputs } = await stage.run({ 'resource-group': 'rg-missing' })
  expect(outputs).toEqual({ outcome: 'failed', 'failure-reason': 'resource-group-not-found' })
})

test('a failure after the plan keeps what the plan told', async () => {
  const body = { error: { code: 'ScopeLocked', message: 'Locked.' } }
  stage.control.injectFault({ name: 'locked', method: 'PUT', effect: { kind: 'reply', status: 409, body } })
  const { outputs } = await stage.run({ operation: 'apply', name: 'new' })
  expect(Object.keys(outputs).sort()).toEqual(declared.filter((name) => !OF_A_GROUP.includes(name)))
  expect(outputs).toMatchObject({
    'has-changes': 'true',
    'to-create': '1',
    outcome: 'failed',
    'failure-reason': 'scope-locked',
  })
})

test('plan-json holds the plan as data, with the token as a mark only', async () => {
  const { outputs, planJson } = await stage.run({ name: 'new', environment: 'A="quoted"' })
  expect(JSON.parse(planJson)).toMatchObject({
    formatVersion: 1,
    fingerprint: outputs['plan-fingerprint'],
    hasChanges: true,
    changes: [
      {
        action: 'create',
        name: 'new',
        after: { token: { sensitive: true }, environment: { A: '"quoted"' } },
        knownAfterApply: ['principal-id'],
      },
    ],
  })
  expect(planJson).not.toContain('fingerprint": "1.')
})

test('the summary shows the plan, its result and where to look; switched off it is empty', async () => {
  const on = await stage.run({ operation: 'apply', name: 'summarised' })
  expect(on.summary).toContain('## Apono connector `apono-connector`: applied')
  expect(on.summary).toContain(`[Azure portal](${on.outputs['portal-url']})`)
  expect(on.summary).toContain('https://github.com/acme/infrastructure/actions/runs/7012345678')
  const off = await stage.run({ name: 'summarised', summary: 'false' })
  expect([off.exitCode, off.summary]).toEqual([0, ''])
  const failed = await stage.run({ 'resource-group': 'rg-missing', summary: 'false' })
  expect([failed.exitCode, failed.summary]).toEqual([1, ''])
})

test('debug logging tells more on a failure', async () => {
  const quiet = await stage.run({ 'resource-group': 'rg-missing' })
  const failed = await stage.run({ 'resource-group': 'rg-missing' }, { debug: true })
  expect(failed.raw).toContain('caused by RestError')
  expect(quiet.log).not.toContain('caused by RestError')
  expect(writesOf(failed)).toEqual([])
})
