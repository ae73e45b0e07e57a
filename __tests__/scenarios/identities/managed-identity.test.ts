import { afterEach, expect, jest, test } from '@jest/globals'
import type { FaultEffect } from '../../../sandbox/faults.ts'
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

const METADATA = '^/metadata/identity/'
const reply = (status: number): FaultEffect => ({ kind: 'reply', status, body: { error: 'busy' } })

test.each<readonly [string, FaultEffect]>([
  ['a dropped connection', { kind: 'drop', when: 'before' }],
  ['half of a reply', { kind: 'half' }],
  ['a reply that breaks off', { kind: 'truncate' }],
  ['an update of the service', reply(410)],
  ['too many questions', reply(429)],
  ['a service that is down', reply(503)],
])('%s does not end a run, and its log tells', (_what, effect) =>
  onStage(async (stage) => {
    assigned(stage, 'SystemAssigned')
    const { env, injected } = disturbed(stage, effect, 1)
    const planned = await stage.runInProcess({ ...INPUTS, operation: 'plan' }, { env, pace: { second: 20 } })
    expect([planned.exitCode, injected()]).toEqual([0, 2])
    expect(plainLog(planned)).toMatch(/GET …\/oauth2\/token at \S+ .*; next try in 1 s/)
  }),
)

test.each<readonly [string, FaultEffect, 'unreachable' | 'throttled']>([
  ['a connection that is always dropped', { kind: 'drop', when: 'before' }, 'unreachable'],
  ['half of a reply, always', { kind: 'half' }, 'unreachable'],
  ['a service that stays down', reply(503), 'unreachable'],
  ['a page of somebody else that says it is down', { kind: 'html', status: 502 }, 'unreachable'],
  ['a service that has too many questions', reply(429), 'throttled'],
])('%s is no machine without an identity', (_what, effect, code) =>
  onStage(async (stage) => {
    assigned(stage, 'SystemAssigned')
    const { env } = disturbed(stage, effect, 'every')
    const failed = await stage.runInProcess({ ...INPUTS, operation: 'plan' }, { env, pace: { second: 20 } })
    expectFailure(failed, code, new URL(stage.sandbox.origin).host)
    expect(plainLog(failed)).not.toContain('auth: oidc')
  }),
)

test('a verdict is not waited after: the process ends with it', () =>
  onStage(async (stage) => {
    assigned(stage, 'SystemAssigned')
    const { env } = disturbed(stage, { kind: 'html', status: 403 }, 'every')
    const failed = await stage.run({ ...INPUTS, operation: 'plan' }, { env, kill: AbortSignal.timeout(8_000) })
    expectFailure(failed, 'credential-unavailable')
  }))

function disturbed({ control, sandbox }: Stage, effect: FaultEffect, on: number | 'every') {
  control.injectFault({ name: 'metadata', path: METADATA, on, effect })
  return { env: sandbox.identityEnv.virtualMachine, injected: () => control.faults()[0]?.matched }
}
