import { expect, test } from '@jest/globals'
import { commandIn, expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { as, carryOut, newcomer, warningsIn } from './deployers.ts'
import { ACCESS_ADMINISTRATOR, identityOf, rolesOf, subscriptionOf, throughIdentity } from './granted.ts'

const AZURE_ONLY = { permissions: 'subscription', 'directory-readers': 'false' }
const LACKS = "The workflow's identity lacks Microsoft.Authorization/roleAssignments/write on"

test('a deployer who may not grant is warned in the plan, with the command that mends it', () =>
  onStage(async (stage) => {
    const inputs = { ...AZURE_ONLY, ...as(stage, 'limited') }
    const planned = await stage.runInProcess(inputs)
    expect([planned.exitCode, writesOf(planned), planned.outputs.outcome]).toEqual([0, [], 'pending'])
    expect(warningsIn(planned)).toEqual([`Warning [permission-denied]: ${LACKS} ${subscriptionOf(stage)}.`])

    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expectFailure(applied, 'permission-denied', `${LACKS} ${subscriptionOf(stage)}.`)
    expect([writesOf(applied), stage.stored()]).toEqual([[], undefined])

    const command = commandIn(planned, 'az role assignment create')
    expect(command).toBe(commandIn(applied, 'az role assignment create'))
    carryOut(stage, command)
    const mended = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([mended.exitCode, warningsIn(mended)]).toEqual([0, []])
    expect(rolesOf(stage, mended.outputs['principal-id'])).toHaveLength(1)
  }))

test('the rights that are missing are one warning of a plan and one error of an apply, each with a line of its own', () =>
  onStage(async (stage) => {
    const inputs = {
      ...newcomer(stage, subscriptionOf(stage)),
      ...throughIdentity(stage),
      permissions: 'subscription',
    }
    const planned = await stage.runInProcess(inputs)
    expect(warningsIn(planned)).toEqual([expect.stringContaining("The workflow's identity lacks 4 rights.")])
    const lines = plainLog(planned).match(/^- The workflow's identity lacks .*/gm) ?? []
    expect(lines.map((line) => line.replace(/^.*identity lacks /, '').split(/[ ,]/)[0])).toEqual([
      'Microsoft.ContainerInstance/containerGroups/write',
      'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
      'Microsoft.Authorization/roleAssignments/write',
      'RoleManagement.ReadWrite.Directory',
    ])
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expectFailure(applied, 'permission-denied', 'lacks 4 rights. Nothing was changed.', '/appRoleAssignments')
    expect(plainLog(applied).match(/^Error/gm)).toHaveLength(1)
    expect(writesOf(applied)).toEqual([])
  }))

test('all that a plan says is missing is enough once it is given', () =>
  onStage(async (stage) => {
    const inputs = {
      ...newcomer(stage, subscriptionOf(stage)),
      ...throughIdentity(stage),
      permissions: 'subscription',
    }
    const planned = await stage.runInProcess(inputs)
    const commands = plainLog(planned).match(/az role assignment create .*/g) ?? []
    expect(commands).toHaveLength(3)
    for (const command of commands) carryOut(stage, command)
    stage.control.setAppRoles(inputs['client-id'], ['RoleManagement.ReadWrite.Directory'])
    const mended = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([mended.exitCode, mended.outputs['failure-reason']]).toEqual([0, ''])
    expect(rolesOf(stage, identityOf(stage).principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`])
  }))

test('a planner who may only read sees the whole plan', () =>
  onStage(async (stage) => {
    const inputs = { permissions: 'subscription', 'constrain-roles': 'privileged' }
    stage.control.setGithub({ eventName: 'pull_request', ref: 'refs/pull/7/merge' })
    const planner = await stage.runInProcess({ ...inputs, ...as(stage, 'planner') })
    const deployer = await stage.runInProcess(inputs)
    expect([planner.exitCode, planner.outputs.outcome]).toEqual([0, 'pending'])
    expect(planner.outputs['plan-fingerprint']).toBe(deployer.outputs['plan-fingerprint'])
    expect(plainLog(planner)).toContain(`${LACKS} ${subscriptionOf(stage)}.`)

    await stage.runInProcess({ ...inputs, operation: 'apply' })
    const synced = await stage.runInProcess({ ...inputs, ...as(stage, 'planner') })
    expect([synced.outputs.outcome, warningsIn(synced)]).toEqual(['in-sync', []])
  }))

test('rights in Graph are looked for where a directory role is asked for', () =>
  onStage(async (stage) => {
    stage.control.setAppRoles(stage.sandbox.inputs['client-id'] ?? '', [])
    const planned = await stage.runInProcess({ permissions: 'subscription' })
    expect(warningsIn(planned)).toEqual([expect.stringContaining('lacks RoleManagement.ReadWrite.Directory')])
    expect(plainLog(planned)).toContain('/appRoleAssignments')
    const applied = await stage.runInProcess({ permissions: 'subscription', operation: 'apply' })
    expectFailure(applied, 'permission-denied', 'RoleManagement.ReadWrite.Directory', 'directory-readers: false')
    expect([writesOf(applied), stage.stored()]).toEqual([[], undefined])
  }))

test('who lacks rights in Graph deploys without the directory role, and Graph is not asked', () =>
  onStage(async (stage) => {
    stage.control.setAppRoles(stage.sandbox.inputs['client-id'] ?? '', [])
    for (const inputs of [AZURE_ONLY, { permissions: 'none' }]) {
      const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
      expect([applied.exitCode, requestsTo(applied, /^\/v1\.0\//), warningsIn(applied)]).toEqual([0, [], []])
    }
  }))
