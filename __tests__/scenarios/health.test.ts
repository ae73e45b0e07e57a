import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { armClient, jobToken, redeem, type Send } from '../specs/arm-client.ts'
import { fieldsOf } from '../specs/json.ts'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
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

test('a stopped connector is not in order: a plan says so, an apply fails and prints how to start it', async () => {
  const name = 'stopped'
  await stage.run({ operation: 'apply', name })
  const send = await colleague()
  await send('POST', `${stage.groupId(name)}/stop?api-version=2023-05-01`)

  const planned = await stage.run({ name })
  expect([planned.exitCode, planned.outputs['has-changes']]).toEqual([0, 'false'])
  expect(plainLog(planned)).toContain('"stopped" does not run at the moment: it is Stopped.')
  const applied = await stage.run({ operation: 'apply', name })
  expectFailure(applied, 'provisioning-failed', 'is as it should be, but it does not run: it is Stopped.')
  expect(writesOf(applied)).toEqual([])

  const id = flagOf(commandIn(applied, 'az container start'), 'ids')
  await send('POST', `${id}/start?api-version=2023-05-01`)
  expect((await stage.run({ operation: 'apply', name })).exitCode).toBe(0)
})

test('an update of a stopped connector starts it', async () => {
  const name = 'stopped-and-changed'
  await stage.run({ operation: 'apply', name, 'connector-version': 'v1.7.7' })
  await (await colleague())('POST', `${stage.groupId(name)}/stop?api-version=2023-05-01`)
  const applied = await stage.run({ operation: 'apply', name })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
  expect(plainLog(applied)).toContain('It is Running.')
})

// Azure says Succeeded and Running of a group whose container crashes over and over; only the container's own view tells.
test.failing('a connector that crashes over and over is not called good', async () => {
  stage.control.setContainerBehaviour('crash-loop')
  const applied = await stage.run({ operation: 'apply', name: 'crashing' })
  const planned = await stage.run({ name: 'crashing' })
  stage.control.setContainerBehaviour('running')
  expect([applied.exitCode, plainLog(planned)]).toEqual([1, expect.stringContaining('does not run at the moment')])
})
