import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { withTags } from '../../stage/group-edits.ts'
import { requestsTo, writesOf } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
  await stage.runInProcess({ operation: 'apply' })
})
afterEach(() => stage.close())

const DRIFT = { operation: 'drift' }

test('a healthy connector takes no further request', async () => {
  const { exitCode, outputs, requests } = await stage.runInProcess(DRIFT)
  expect([exitCode, outputs.outcome, outputs['connector-status']]).toEqual([0, 'in-sync', 'running'])
  expect(requestsTo({ requests }, /\/containerGroups/)).toHaveLength(2)
})

test('an unhealthy connector is no drift, and yet a failure', async () => {
  stage.control.setContainerBehaviour('crash-loop')
  const failed = await stage.run(DRIFT)
  expectFailure(failed, 'connector-unhealthy', 'crashing over and over', 'with exit code 1')
  expect(failed.outputs).toMatchObject({
    'drift-detected': 'false',
    'connector-status': 'unhealthy',
    outcome: 'failed',
  })
  expect(writesOf(failed)).toEqual([])
  const unasked = await stage.runInProcess({ ...DRIFT, wait: 'none' })
  expect([unasked.exitCode, unasked.outputs['connector-status']]).toEqual([0, 'unhealthy'])
})

test('an unhealthy connector that somebody changed is both', async () => {
  stage.control.setContainerBehaviour('out-of-memory')
  stage.edit(withTags({ team: 'mallory' }))
  const failed = await stage.runInProcess({ ...DRIFT, 'fail-on-drift': 'false' })
  expectFailure(failed, 'out-of-memory')
  expect(failed.outputs).toMatchObject({ 'drift-detected': 'true', 'connector-status': 'unhealthy' })
})

test('what Apono says is told too', async () => {
  const asking = { 'apono-api-token': stage.sandbox.apono.token, 'apono-api-url': `${stage.sandbox.origin}/apono` }
  const told = await stage.runInProcess({ ...DRIFT, ...asking, wait: 'connected' })
  expect([told.exitCode, told.outputs['connector-status'], told.outputs['connector-version']]).toEqual([
    0,
    'connected',
    'v1.7.8',
  ])
})
