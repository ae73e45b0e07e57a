import { afterEach, expect, jest, test } from '@jest/globals'
import { BUILT_IN_ROLES } from '../../../sandbox/role-definitions.ts'
import type { RunnerIdentity } from '../../../sandbox/world.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'

const NO_ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null }
const INPUTS = { auth: 'managed-identity', 'client-id': '', operation: 'apply' }

// The SDK looks for the place once in a process, and keeps tokens for all of it.
afterEach(() => {
  jest.resetModules()
})

/** An identity of the runner's machine that may do what an apply takes. */
function assigned({ control, sandbox }: Stage, kind: RunnerIdentity['kind']): RunnerIdentity {
  const identity = control.addRunnerIdentity({ kind })
  const scope = `/subscriptions/${sandbox.inputs['subscription-id']}`
  control.addRoleAssignment({
    scope,
    roleDefinitionId: BUILT_IN_ROLES.contributor.guid,
    principalId: identity.objectId,
  })
  return identity
}

const PLACES = ['virtualMachine', 'appService'] as const

test.each(PLACES)('the identity of the machine signs in, in a place like this: %s', (place) =>
  onStage(async (stage) => {
    assigned(stage, 'SystemAssigned')
    const env = { ...NO_ID_TOKEN, ...stage.sandbox.identityEnv[place] }
    const applied = await stage.run(INPUTS, { env, debug: true })
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect(requestsTo(applied, /runner\/token|\/oauth2\/v2/)).toEqual([])
    const again = await stage.runInProcess({ ...INPUTS, operation: 'plan' }, { env })
    expect(again.outputs['has-changes']).toBe('false')
    expect(plainLog(again)).not.toContain('OpenID Connect')
  }),
)

test.each(PLACES)('the client id chooses among several: %s', (place) =>
  onStage(async (stage) => {
    const [, chosen] = [stage.control.addRunnerIdentity({ kind: 'UserAssigned' }), assigned(stage, 'UserAssigned')]
    const env = { ...NO_ID_TOKEN, ...stage.sandbox.identityEnv[place] }
    const planned = await stage.runInProcess({ ...INPUTS, 'client-id': chosen.clientId, operation: 'plan' }, { env })
    expect(planned.outputs.outcome).toBe('pending')
    const undecided = await stage.runInProcess(INPUTS, { env })
    expectFailure(undecided, 'credential-unavailable', 'gives no token', 'name it by `client-id`')
  }),
)

test('an identity without a role is told the command that gives one, for its own client id', () =>
  onStage(async (stage) => {
    const { clientId, objectId } = stage.control.addRunnerIdentity({ kind: 'SystemAssigned' })
    const scope = `/subscriptions/${stage.sandbox.inputs['subscription-id']}/resourceGroups/rg-apono`
    stage.control.addRoleAssignment({ scope, roleDefinitionId: BUILT_IN_ROLES.reader.guid, principalId: objectId })
    const refused = await stage.runInProcess(INPUTS, { env: stage.sandbox.identityEnv.virtualMachine })
    expectFailure(refused, 'permission-denied', `az role assignment create --assignee ${clientId} --role`)
    expect(writesOf(refused)).toEqual([])
  }))

test('a machine without an identity, and an identity that it does not have', () =>
  onStage(async (stage) => {
    const env = stage.sandbox.identityEnv.virtualMachine
    const none = await stage.run(INPUTS, { env })
    expectFailure(none, 'credential-unavailable', 'The machine of this runner gives no token', 'az vm identity assign')
    stage.control.addRunnerIdentity({ kind: 'UserAssigned' })
    const other = '00000000-0000-4000-8000-000000000000'
    const wrong = await stage.runInProcess({ ...INPUTS, 'client-id': other }, { env })
    expectFailure(wrong, 'credential-unavailable', `The identity ${other} on the machine of this runner gives no token`)
  }))

test('a runner that is not in Azure is told so at once', () =>
  onStage(async (stage) => {
    // Nothing listens on the first port.
    const env = { AZURE_POD_IDENTITY_AUTHORITY_HOST: 'http://127.0.0.1:1' }
    const refused = await stage.runInProcess(INPUTS, { env })
    expectFailure(refused, 'credential-unavailable', 'No managed identity was found: 127.0.0.1:1', 'self-hosted runner')
    expect(refused.wallMs).toBeLessThan(20_000)
  }))
