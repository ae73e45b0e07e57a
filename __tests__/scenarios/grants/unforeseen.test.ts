import { expect, test } from '@jest/globals'
import { commandIn, expectFailure } from '../../stage/failure.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { BUILT_IN, carryOut, newcomer, warningsIn } from './deployers.ts'
import {
  applicationOf,
  CONTRIBUTOR,
  GRANTS_PATH,
  grantsOf,
  MANAGEMENT_GROUP,
  RBAC_ADMINISTRATOR,
  READER,
  refusal,
  resourceGroupOf,
  subscriptionOf,
} from './granted.ts'

const AZURE_ONLY = { permissions: 'subscription', 'directory-readers': 'false' }

test('directory roles that cannot be read are said to be unread', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ permissions: 'subscription', operation: 'apply' })
    stage.control.setAppRoles(stage.sandbox.inputs['client-id'] ?? '', [])
    const planned = await stage.runInProcess({ permissions: 'subscription' })
    expect(planned.exitCode).toBe(0)
    expect(plainLog(planned)).toContain('directory roles of the connector could not be read')
  }))

test('a condition on the deployer’s own role cannot be foreseen, and is named when it strikes', () =>
  onStage(async (stage) => {
    const { objectId, clientId } = applicationOf(stage, 'limited')
    const role = '[Microsoft.Authorization/roleAssignments:RoleDefinitionId]'
    const condition = `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request${role} ForAnyOfAnyValues:GuidEquals {${READER}}))`
    const scope = subscriptionOf(stage)
    stage.control.addRoleAssignment({ scope, roleDefinitionId: RBAC_ADMINISTRATOR, principalId: objectId, condition })
    const inputs = { ...AZURE_ONLY, 'client-id': clientId }
    const planned = await stage.runInProcess(inputs)
    expect(warningsIn(planned)).toEqual([])
    expect(plainLog(planned)).toContain('Conditions on the roles of the workflow')
    expect(plainLog(planned)).toContain('deny assignments')
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expectFailure(applied, 'permission-denied', 'whose condition forbids it here')
  }))

test('role assignments that may not be read are said to be unread; the plan is made all the same', () =>
  onStage(async (stage) => {
    const effect = refusal(
      403,
      'AuthorizationFailed',
      "… to perform action 'Microsoft.Authorization/roleAssignments/read'",
    )
    stage.control.injectFault({ name: 'unread', method: 'GET', path: `${GRANTS_PATH}$`, on: 'every', effect })
    const planned = await stage.runInProcess(AZURE_ONLY)
    expect([planned.exitCode, planned.outputs['to-create']]).toEqual([0, '2'])
    expect(plainLog(planned)).toContain(`The role assignments of ${subscriptionOf(stage)} could not be read`)
  }))

test('who sees one resource group alone deploys into it without permissions', () =>
  onStage(async (stage) => {
    const group = resourceGroupOf(stage)
    const inputs = newcomer(stage, group)
    carryOut(
      stage,
      `--assignee ${inputs['client-id']} --role "Azure Container Instances Contributor Role" --scope '${group}'`,
    )
    const applied = await stage.runInProcess({ ...inputs, permissions: 'none', operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['PUT apono-connector']])
    expect((await stage.runInProcess({ ...inputs, permissions: 'none' })).outputs['has-changes']).toBe('false')
  }))

test('rights that cannot be looked up are said to be unknown', () =>
  onStage(async (stage) => {
    const effect = refusal(400, 'BadRequest', 'Not here.')
    stage.control.injectFault({ name: 'down', path: '/Microsoft.Authorization/permissions$', on: 'every', effect })
    const planned = await stage.runInProcess({ ...AZURE_ONLY, timeout: '60s' })
    expect([planned.exitCode, warningsIn(planned)]).toEqual([0, []])
    expect(plainLog(planned)).toContain(`may change ${subscriptionOf(stage)} could not be found out.`)
  }))

const AT_GROUP = { permissions: 'management-group', 'management-group': 'mg-platform', 'directory-readers': 'false' }

/** Takes the deployer's roles at the management group away, but for one. */
function keepAtGroup(stage: Stage, kept: string | undefined): void {
  const { objectId } = applicationOf(stage, 'deployer')
  for (const { id, scope, role } of grantsOf(stage, objectId)) {
    if (scope === MANAGEMENT_GROUP && role !== kept) stage.control.deleteResource(id)
  }
}

test('a deployer who may not even read the management group is stopped before the first write', () =>
  onStage(async (stage) => {
    keepAtGroup(stage, undefined)
    const planned = await stage.runInProcess(AT_GROUP)
    expect(warningsIn(planned)).toEqual([expect.stringContaining(`${MANAGEMENT_GROUP} does not exist, or`)])
    const applied = await stage.runInProcess({ ...AT_GROUP, operation: 'apply' })
    expectFailure(applied, 'scope-not-found', MANAGEMENT_GROUP, 'az role assignment create')
    expect([writesOf(applied), stage.stored()]).toEqual([[], undefined])
  }))

test('a deployer who may read the management group but not grant there hears of it, and goes on from there', () =>
  onStage(async (stage) => {
    keepAtGroup(stage, CONTRIBUTOR)
    const applied = await stage.runInProcess({ ...AT_GROUP, operation: 'apply' })
    expectFailure(
      applied,
      'permission-denied',
      `may not perform Microsoft.Authorization/roleAssignments/write at ${MANAGEMENT_GROUP}`,
      'Running again continues from what is there.',
    )
    carryOut(stage, commandIn(applied, 'az role assignment create'))
    const mended = await stage.runInProcess({ ...AT_GROUP, operation: 'apply' })
    expect([mended.exitCode, writesOf(mended).length]).toEqual([0, 1])
    expect((await stage.runInProcess(AT_GROUP)).outputs['has-changes']).toBe('false')
  }))

test('rights at a management group, which no API tells, are said to be unknown', () =>
  onStage(async (stage) => {
    const planned = await stage.runInProcess(AT_GROUP)
    expect(plainLog(planned)).toContain(`may change ${MANAGEMENT_GROUP} could not be found out.`)
  }))

test('a subscription that is not registered for container instances is registered by apply', () =>
  onStage(async (stage) => {
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const planned = await stage.runInProcess(AZURE_ONLY)
    expect([planned.exitCode, writesOf(planned)]).toEqual([0, []])
    expect(plainLog(planned)).toContain('not registered for Microsoft.ContainerInstance; apply registers it first.')
    const applied = await stage.runInProcess({ ...AZURE_ONLY, operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)[0]]).toEqual([0, 'POST register'])
    expect(plainLog(applied)).toContain('Registering Microsoft.ContainerInstance in the subscription')
    expect(plainLog(await stage.runInProcess(AZURE_ONLY))).not.toContain('not registered')
  }))

test('who may not register is told who may, and nothing is written', () =>
  onStage(async (stage) => {
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const inputs = newcomer(stage, subscriptionOf(stage))
    for (const role of Object.keys(BUILT_IN)) {
      carryOut(stage, `--assignee ${inputs['client-id']} --role "${role}" --scope '${resourceGroupOf(stage)}'`)
    }
    const before = grantsOf(stage)
    const applied = await stage.runInProcess({ ...inputs, permissions: 'none', operation: 'apply' })
    expectFailure(applied, 'provider-not-registered', 'Somebody with Contributor', 'az provider register')
    expect([writesOf(applied), grantsOf(stage), stage.stored()]).toEqual([[], before, undefined])

    // The same when the rights could not be looked up before.
    const effect = refusal(403, 'AuthorizationFailed')
    stage.control.injectFault({ name: 'hidden', path: '/Microsoft.Authorization/permissions$', on: 'every', effect })
    const tried = await stage.runInProcess({ ...inputs, permissions: 'none', operation: 'apply' })
    expectFailure(tried, 'provider-not-registered', 'Somebody with Contributor', 'az provider register')
    expect([writesOf(tried), grantsOf(stage), stage.stored()]).toEqual([['POST register'], before, undefined])
  }))
