import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { armClient, jobToken, redeem, type Send } from '../specs/arm-client.ts'
import { fieldsOf } from '../specs/json.ts'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, planLines, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterEach(() => stage.removeGroups())
afterAll(() => stage.close())

/** Somebody with the rights of the deployer. */
async function colleague(): Promise<Send> {
  const { origin, env, inputs } = stage.sandbox
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = '' } = env
  const { 'tenant-id': tenantId = '', 'client-id': clientId = '' } = inputs
  const signIn = { origin, requestUrl, requestToken, tenantId, clientId }
  const { body } = await redeem(signIn, await jobToken(signIn))
  return armClient(origin, String(fieldsOf(body).access_token))
}

async function stop(name: string): Promise<void> {
  const send = await colleague()
  await send('POST', `${stage.groupId(name)}/stop?api-version=2023-05-01`)
}

test('a stopped connector is not in order: a plan shows it, and an apply starts it as it was', async () => {
  const name = 'stopped'
  const first = await stage.runInProcess({ operation: 'apply', name })
  await stop(name)

  const planned = await stage.runInProcess({ name })
  expect([planned.exitCode, planLines(planned)]).toEqual([0, ['~ state "Stopped" → "Running"']])
  expect(planned.outputs).toMatchObject({ outcome: 'pending', 'to-update': '1' })
  const applied = await stage.runInProcess({ operation: 'apply', name })
  expect([applied.exitCode, applied.outputs.outcome, writesOf(applied)]).toEqual([0, 'applied', [`PUT ${name}`]])
  expect(plainLog(applied)).toContain('It is Running.')
  expect(applied.outputs['principal-id']).toBe(first.outputs['principal-id'])
  expect((await stage.runInProcess({ name })).outputs['has-changes']).toBe('false')
})

test('an update of a stopped connector starts it', async () => {
  const name = 'stopped-and-changed'
  await stage.runInProcess({ operation: 'apply', name, 'connector-version': 'v1.7.7' })
  await stop(name)
  const applied = await stage.runInProcess({ operation: 'apply', name })
  expect([applied.exitCode, applied.outputs.outcome, writesOf(applied)]).toEqual([0, 'applied', [`PUT ${name}`]])
  expect(plainLog(applied)).toContain('It is Running.')
})

test('a stopped connector whose tags are to change gets more than the tags', async () => {
  const name = 'stopped-and-tagged'
  await stage.runInProcess({ operation: 'apply', name })
  await stop(name)
  const applied = await stage.runInProcess({ operation: 'apply', name, tags: 'a=b' })
  expect(planLines(applied)).toEqual(['~ state "Stopped" → "Running"', '+ tags.a "b"'])
  expect(writesOf(applied)).toEqual([`PUT ${name}`])
  expect((await stage.runInProcess({ name, tags: 'a=b' })).outputs['has-changes']).toBe('false')
})

// Azure says Succeeded and Running of a group whose container crashes over and over; only the container's own view tells.
test('a connector that crashes over and over is not called good', async () => {
  const name = 'crashing'
  stage.control.setContainerBehaviour('crash-loop')
  // It is down at every moment that anybody looks.
  stage.control.setTiming({ exitAfterMs: 0, backOffMs: 600_000 })
  const created = await stage.runInProcess({ operation: 'apply', name })
  const planned = await stage.runInProcess({ name })
  const again = await stage.runInProcess({ operation: 'apply', name })
  stage.control.setContainerBehaviour('running')

  expectFailure(created, 'connector-unhealthy', 'it does not run: it is crashing over and over.', 'apono-token')
  expect(flagOf(commandIn(created, 'az container logs'), 'ids')).toBe(stage.groupId(name))
  expect([planned.exitCode, planned.outputs['has-changes']]).toEqual([0, 'false'])
  expect(plainLog(planned)).toContain('"crashing" does not run at the moment: it is crashing over and over.')
  expectFailure(again, 'connector-unhealthy', 'it does not run: it is crashing over and over.')
  expect(writesOf(again)).toEqual([])
})

test('a change does not hide that a connector crashes over and over', async () => {
  const name = 'crashing-still'
  stage.control.setContainerBehaviour('crash-loop')
  await stage.runInProcess({ operation: 'apply', name })
  const tagged = await stage.runInProcess({ operation: 'apply', name, tags: 'a=b' })
  stage.control.setContainerBehaviour('running')
  expect(writesOf(tagged)).toEqual([`PATCH ${name}`])
  expectFailure(tagged, 'connector-unhealthy', 'crashing over and over')
})
