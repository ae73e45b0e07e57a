import { expect, test } from '@jest/globals'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, writesOf } from '../stage/result.ts'
import { applicationNamed, grantOnly, type RoleName, scopesOf } from '../stage/rights.ts'
import { onStage } from '../stage.ts'

const GROUPS: RoleName = 'Azure Container Instances Contributor Role'

/** What the run needs first of all is to read; one grant is enough for all that the operation does. */
test.each([
  { operation: 'plan', role: 'Reader' },
  { operation: 'apply', role: GROUPS },
] as const)('without any role, the grant printed for $operation leads to success', ({ operation, role }) =>
  onStage(async (stage) => {
    grantOnly(stage)
    const { resourceGroup: scope } = scopesOf(stage)
    const refused = await stage.runInProcess({ operation })
    expectFailure(refused, 'permission-denied', 'Microsoft.ContainerInstance/containerGroups/read')
    expect(writesOf(refused)).toEqual([])
    const command = commandIn(refused, 'az role assignment create')
    expect([flagOf(command, 'role'), flagOf(command, 'assignee')]).toEqual([role, stage.sandbox.inputs['client-id']])
    expect(flagOf(command, 'scope').toLowerCase()).toContain(scope.toLowerCase())
    grantOnly(stage, [role, flagOf(command, 'scope')])
    expect((await stage.runInProcess({ operation })).outputs).toMatchObject({
      'failure-reason': '',
      'has-changes': 'true',
    })
  }),
)

test('a reader may plan; an apply is refused before the first write, with the plan shown', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ eventName: 'pull_request' })
    const planner = { 'client-id': applicationNamed('planner', stage).clientId }
    const planned = await stage.runInProcess({ operation: 'plan', ...planner })
    expect([planned.exitCode, planned.outputs['to-create']]).toEqual([0, '1'])
    expect(plainLog(planned)).toContain('lacks Microsoft.ContainerInstance/containerGroups/write')
    const refused = await stage.runInProcess({ operation: 'apply', ...planner })
    expectFailure(refused, 'permission-denied', 'containerGroups/write', GROUPS)
    expect(refused.outputs).toMatchObject({ 'has-changes': 'true', 'to-create': '1' })
    expect(writesOf(refused)).toEqual([])
    expect(flagOf(commandIn(refused, 'az role assignment create'), 'scope')).toBe(scopesOf(stage).resourceGroup)
  }))

test('a resource provider that is not registered is registered by an apply; a plan announces it', () =>
  onStage(async (stage) => {
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const planned = await stage.runInProcess({})
    expect(plainLog(planned)).toContain('is not registered for Microsoft.ContainerInstance; apply registers it first.')
    expect([planned.exitCode, writesOf(planned)]).toEqual([0, []])
    const applied = await stage.runInProcess({ operation: 'apply' })
    expect(applied.exitCode).toBe(0)
    expect(writesOf(applied)).toEqual(['POST register', 'PUT apono-connector'])
  }))

test('for an identity that does not even see it, the printed command registers the resource provider', () =>
  onStage(async (stage) => {
    grantOnly(stage, [GROUPS, scopesOf(stage).resourceGroup])
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const refused = await stage.runInProcess({ operation: 'apply' })
    expectFailure(refused, 'provider-not-registered', 'is not registered for Azure Container Instances')
    expect(stage.stored()).toBeUndefined()
    stage.control.setProvider(flagOf(commandIn(refused, 'az provider register'), 'namespace'), 'Registered')
    expect((await stage.runInProcess({ operation: 'apply' })).exitCode).toBe(0)
  }))

// Contributor on the whole subscription is a lot for what somebody else can do once.
test('an identity that may not register it is told the command that somebody else can run', () =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    grantOnly(stage, [GROUPS, resourceGroup], ['Reader', subscription])
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const refused = await stage.runInProcess({ operation: 'apply' })
    expectFailure(refused, 'provider-not-registered')
    expect(writesOf(refused)).toEqual([])
    expect(flagOf(commandIn(refused, 'az provider register'), 'namespace')).toBe('Microsoft.ContainerInstance')
  }))

test('a registration that is refused keeps what the plan told', () =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    grantOnly(stage, [GROUPS, resourceGroup], ['Reader', subscription])
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const refused = await stage.runInProcess({ operation: 'apply' })
    expect(refused.outputs).toMatchObject({ 'has-changes': 'true', 'to-create': '1', outcome: 'failed' })
    expect(refused.summary).toContain('apono-connector:v1.7.8')
  }))

test('without the right to list role assignments, a connector that gets none is deployed, and the plan says what it did not see', () =>
  onStage(async (stage) => {
    const { resourceGroup } = scopesOf(stage)
    grantOnly(stage, [GROUPS, resourceGroup])
    const applied = await stage.runInProcess({ operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['PUT apono-connector']])
    expect(plainLog(applied)).toContain('Whether grants of an earlier setting are left could not be looked up')
    expect((await stage.runInProcess({})).outputs).toMatchObject({ outcome: 'in-sync', 'has-changes': 'false' })
  }))
