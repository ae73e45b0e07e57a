import { expect, test } from '@jest/globals'
import { BUILT_IN_ROLES } from '../../../sandbox/role-definitions.ts'
import { expectFailure } from '../../stage/failure.ts'
import { requestsTo, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'

const SECRET = 'Q8r~canary-of-a-client-secret.Zk3'

test('a managed identity of another tenant is used for nothing', () =>
  onStage(async (stage) => {
    const tenantId = stage.control.addTenant()
    stage.control.addRunnerIdentity({ kind: 'SystemAssigned', tenantId })
    const inputs = { auth: 'managed-identity', 'client-id': '', operation: 'apply' }
    const refused = await stage.runInProcess(inputs, { env: stage.sandbox.identityEnv.virtualMachine })
    const wanted = stage.sandbox.inputs['tenant-id']
    expectFailure(
      refused,
      'tenant-mismatch',
      `signed in to the tenant ${tenantId}, and not to ${wanted}`,
      'az login --tenant',
    )
    expect(requestsTo(refused, /\/subscriptions\//)).toEqual([])
  }))

test.each(['plan', 'apply', 'drift', 'destroy'])(
  'a subscription that was delegated to the tenant is not written to (%s)',
  (operation) =>
    onStage(async ({ control, sandbox, run }) => {
      const tenantId = control.addTenant()
      const subscriptionId = sandbox.inputs['subscription-id'] ?? ''
      const { clientId, objectId } = control.addApplication({ displayName: 'provider', tenantId })
      control.addClientSecret(clientId, SECRET)
      control.delegateSubscription(subscriptionId, tenantId)
      const scope = `/subscriptions/${subscriptionId}`
      control.addRoleAssignment({ scope, roleDefinitionId: BUILT_IN_ROLES.contributor.guid, principalId: objectId })

      const inputs = { auth: 'environment', 'client-id': clientId, 'tenant-id': tenantId, confirm: 'apono-connector' }
      const refused = await run({ ...inputs, operation }, { env: { AZURE_CLIENT_SECRET: SECRET } })
      expectFailure(refused, 'tenant-mismatch', `belongs to the tenant ${sandbox.inputs['tenant-id']}`)
      expect(writesOf(refused)).toEqual([])
    }),
)

test('a subscription of another tenant that was not delegated', () =>
  onStage(async (stage) => {
    const tenantId = stage.control.addTenant()
    const { clientId } = stage.control.addApplication({ displayName: 'stranger', tenantId })
    stage.control.addFederatedCredential(clientId)
    const refused = await stage.runInProcess({ 'client-id': clientId, 'tenant-id': tenantId, operation: 'apply' })
    expectFailure(refused, 'tenant-mismatch', 'does not belong to the tenant', 'InvalidAuthenticationTokenTenant')
    expect(writesOf(refused)).toEqual([])
  }))

test('who may not read the subscription itself is judged by the token alone', () =>
  onStage(async (stage) => {
    const { 'subscription-id': subscription } = stage.sandbox.inputs
    const effect = {
      kind: 'reply',
      status: 403,
      body: { error: { code: 'AuthorizationFailed', message: 'The client does not have authorization.' } },
    } as const
    stage.control.injectFault({ name: 'unreadable', path: `/subscriptions/${subscription}$`, on: 'every', effect })
    const applied = await stage.runInProcess({ operation: 'apply' })
    expect([applied.exitCode, stage.control.faults()[0]?.matched]).toEqual([0, 1])
  }))
