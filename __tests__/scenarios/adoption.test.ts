import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { expectFailure } from '../stage/failure.ts'
import { withVariable } from '../stage/group-edits.ts'
import { plainLog, planLines, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'
import { install, vendorGroup, WEB } from './lifecycle/by-hand.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage({ readableToken: true })
})
afterEach(() => {
  stage.control.deleteResource(stage.groupId())
})
afterAll(() => stage.close())

const NAME = 'apono-connector'

test("the vendor's group shows what differs; its memory would need a replace, which is refused", async () => {
  await install(stage, NAME, vendorGroup(stage))
  const planned = await stage.runInProcess({ operation: 'plan' })
  expect(planned.outputs).toMatchObject({ 'to-replace': '1', outcome: 'pending' })
  expect(planLines(planned)).toContain('~ memory 1.5 → 2  (forces a replace)')
  const applied = await stage.runInProcess({ operation: 'apply' })
  expectFailure(
    applied,
    'replace-refused',
    'cannot change memory',
    'allow-replace: true',
    'set memory back to what is there now',
  )
  expect(writesOf(applied)).toEqual([])
})

test("with its memory, the vendor's group is adopted in place: token secured, identity kept", async () => {
  const principal = await install(stage, NAME, vendorGroup(stage))
  const applied = await stage.runInProcess({ operation: 'apply', memory: '1.5' })
  expect(applied.exitCode).toBe(0)
  expect(planLines(applied)).toEqual([
    '~ environment.CONNECTOR_METADATA.is_azure_admin true → false',
    '+ livenessProbe.path "/healthz"',
    '+ livenessProbe.port 8080',
    '+ livenessProbe.initialDelay 30',
    '+ livenessProbe.period 30',
    '+ livenessProbe.failures 3',
    '+ tags.apono-connector-id "apono-connector"',
    '+ tags.apono-managed-by "azure-connector-action"',
    '~ token "readable in plain text" → (sensitive value)',
  ])
  expect(plainLog(applied)).toContain('it is adopted and marked.')
  expect(plainLog(applied)).toContain('could be read in plain text by everyone with Reader on it')
  expect(applied.summary).toContain('rotate it in Apono as well')
  expect(writesOf(applied)).toEqual(['PUT apono-connector'])
  expect(applied.outputs['principal-id']).toBe(principal)
  expect((await stage.runInProcess({ memory: '1.5' })).outputs['has-changes']).toBe('false')
})

test('a token that somebody made readable is shown without its value, and secured', async () => {
  await stage.runInProcess({ operation: 'apply' })
  stage.edit(withVariable({ name: 'APONO_TOKEN', value: stage.sandbox.inputs['apono-token'] ?? '' }))
  const applied = await stage.runInProcess({ operation: 'apply' }, { debug: true })
  expect(planLines(applied)).toEqual(['~ token "readable in plain text" → (sensitive value)'])
  expect((await stage.runInProcess({})).outputs['has-changes']).toBe('false')
})

test('a readable token shows also on a plan that has no token itself', async () => {
  await stage.runInProcess({ operation: 'apply' })
  stage.edit(withVariable({ name: 'APONO_TOKEN', value: stage.sandbox.inputs['apono-token'] ?? '' }))
  const planned = await stage.runInProcess({ operation: 'plan', 'apono-token': '' })
  expect(planLines(planned)).toEqual(['~ token "readable in plain text" → (sensitive value)'])
})

test.each([
  {
    whose: 'that runs another connector',
    group: () => vendorGroup(stage, 'another'),
    owner: 'it runs the connector "another"',
  },
  {
    whose: 'that is marked for another connector',
    group: () => ({ ...vendorGroup(stage), tags: { 'apono-connector-id': 'another' } }),
    owner: 'its tags say that it is the connector "another"',
  },
  { whose: 'that runs no connector', group: () => WEB, owner: 'it does not run an Apono connector' },
])('a group $whose stops the run and stays as it is', async ({ group, owner }) => {
  await install(stage, NAME, group())
  const before = stage.stored()
  for (const operation of ['plan', 'apply']) {
    const result = await stage.runInProcess({ operation })
    expectFailure(result, 'foreign-resource', owner, 'Choose another `name`')
    expect(writesOf(result)).toEqual([])
  }
  expect(stage.stored()).toEqual(before)
})
