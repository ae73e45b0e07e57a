import { expect, test } from '@jest/globals'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, writesOf } from '../stage/result.ts'
import { applicationNamed, grantOnly, type RoleName, scopesOf } from '../stage/rights.ts'
import { onStage } from '../stage.ts'

const GROUPS: RoleName = 'Azure Container Instances Contributor Role'

test.concurrent.each([
  { operation: 'plan', role: 'Reader' },
  { operation: 'apply', role: GROUPS },
] as const)('without any role, the grant printed for $operation is enough', ({ operation, role }) =>
  onStage(async (stage) => {
    grantOnly(stage)
    const refused = await stage.run({ operation })
    expectFailure(refused, 'permission-denied', 'Microsoft.ContainerInstance/containerGroups/read', 'correlation id: ')
    expect(writesOf(refused)).toEqual([])
    const command = commandIn(refused, 'az role assignment create')
    expect([flagOf(command, 'role'), flagOf(command, 'assignee')]).toEqual([role, stage.sandbox.inputs['client-id']])
    grantOnly(stage, [role, flagOf(command, 'scope')])
    expect((await stage.run({ operation })).outputs).toMatchObject({ 'failure-reason': '', 'has-changes': 'true' })
  }),
)

test.concurrent('a reader may plan; an apply is refused before the first write, with the plan shown', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ eventName: 'pull_request' })
    const planner = { 'client-id': applicationNamed('planner', stage).clientId }
    const planned = await stage.run({ operation: 'plan', ...planner })
    expect([planned.exitCode, planned.outputs['to-create']]).toEqual([0, '1'])
    expect(plainLog(planned)).toContain('lacks Microsoft.ContainerInstance/containerGroups/write')
    const refused = await stage.run({ operation: 'apply', ...planner })
    expectFailure(refused, 'permission-denied', 'containerGroups/write', GROUPS)
    expect(refused.outputs).toMatchObject({ 'has-changes': 'true', 'to-create': '1' })
    expect(writesOf(refused)).toEqual([])
    expect(flagOf(commandIn(refused, 'az role assignment create'), 'scope')).toBe(scopesOf(stage).resourceGroup)
  }))

test.concurrent('a resource provider that is not registered is registered by an apply; a plan announces it', () =>
  onStage(async (stage) => {
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const planned = await stage.run({})
    expect(plainLog(planned)).toContain('is not registered for Microsoft.ContainerInstance; apply registers it first.')
    expect([planned.exitCode, writesOf(planned)]).toEqual([0, []])
    const applied = await stage.run({ operation: 'apply' })
    expect(applied.exitCode).toBe(0)
    expect(writesOf(applied)).toEqual(['POST register', 'PUT apono-connector'])
  }))

test.concurrent.each([
  { who: 'sees that but may not change it', reads: true },
  { who: 'does not even see it', reads: false },
])('for an identity that $who, the printed command registers the resource provider', ({ reads }) =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    const reader = reads ? [['Reader', subscription] as const] : []
    grantOnly(stage, [GROUPS, resourceGroup], ...reader)
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const refused = await stage.run({ operation: 'apply' })
    expectFailure(refused, 'provider-not-registered', 'is not registered for Azure Container Instances')
    expect(stage.stored()).toBeUndefined()
    stage.control.setProvider(flagOf(commandIn(refused, 'az provider register'), 'namespace'), 'Registered')
    expect((await stage.run({ operation: 'apply' })).exitCode).toBe(0)
  }),
)

// What `register` throws passes `finish` by: run.ts reports it as if there had been no plan.
test.concurrent
  .failing('a registration that is refused keeps what the plan told', () =>
    onStage(async (stage) => {
      const { subscription, resourceGroup } = scopesOf(stage)
      grantOnly(stage, [GROUPS, resourceGroup], ['Reader', subscription])
      stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
      const refused = await stage.run({ operation: 'apply' })
      expect(refused.outputs).toMatchObject({ 'has-changes': 'true', 'to-create': '1', outcome: 'failed' })
      expect(refused.summary).toContain('apono-connector:v1.7.8')
    }))

test.concurrent('without the right to list role assignments, a connector that gets none is deployed, and the plan says what it did not see', () =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    grantOnly(stage, [GROUPS, resourceGroup])
    const applied = await stage.run({ operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['PUT apono-connector']])
    expect(plainLog(applied)).toContain(`The role assignments of ${subscription} could not be read`)
    expect((await stage.run({})).outputs).toMatchObject({ outcome: 'in-sync', 'has-changes': 'false' })
  }))
