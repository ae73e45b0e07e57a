import { expect, jest, test } from '@jest/globals'
import { writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { refusal } from '../grants/granted.ts'
import { AT_ONCE, GRANTED } from './life.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }
const DRIFT = { ...GRANTED, operation: 'drift' }

const errors = [
  { what: 'a refused read', method: 'GET', path: '/containerGroups', status: 403, code: 'AuthorizationFailed' },
  { what: 'a broken Azure', method: 'GET', path: '/containerGroups/apono-connector$', status: 400, code: 'Nobody' },
  {
    what: 'a resource group that is gone',
    method: 'GET',
    path: '/containerGroups',
    status: 404,
    code: 'ResourceGroupNotFound',
  },
  { what: 'a refused sign-in', method: 'POST', path: '/oauth2/', status: 400, code: 'invalid_request' },
]

test.each(errors)('$what is an error, never drift', ({ method, path, status, code }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const body = { error: { code, message: 'No.' } }
    stage.control.injectFault({ name: 'error', method, path, on: 'every', effect: { kind: 'reply', status, body } })
    const failed = await stage.runInProcess({ ...DRIFT, 'fail-on-drift': 'false', 'auto-repair': 'true' })
    expect([failed.exitCode, failed.outputs.outcome]).toEqual([1, 'failed'])
    expect([failed.outputs['drift-detected'] ?? 'false', writesOf(failed)]).toEqual(['false', []])
    expect(failed.outputs['failure-reason']).not.toBe('drifted')
  }, AT_ONCE),
)

/** What could not be read is not gone: a plan may take it that there is nothing, a drift run may not. */
const unreadable = [
  { what: 'grants', path: 'Microsoft.Authorization/roleAssignments$', code: 'AuthorizationFailed' },
  { what: 'directory roles', path: '/directory/roleAssignments$', code: 'Authorization_RequestDenied' },
]

test.each(unreadable)('$what that could not be read are no drift', ({ path, code }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const effect = refusal(403, code)
    stage.control.injectFault({ name: 'error', method: 'GET', path, on: 'every', effect })
    const told = await stage.runInProcess({ ...DRIFT, 'fail-on-drift': 'false' })
    expect(told.outputs['drift-detected'] ?? 'false').toBe('false')
    expect(told.outputs.outcome).not.toBe('drifted')
  }, AT_ONCE),
)

test('a drift run needs no token of the connector', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const { exitCode, outputs } = await stage.runInProcess({ ...DRIFT, 'apono-token': '' })
    expect([exitCode, outputs.outcome, outputs['drift-detected']]).toEqual([0, 'in-sync', 'false'])
  }, AT_ONCE))
