import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { fieldsOf } from '../../specs/json.ts'
import { commandIn, expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../../stage/result.ts'
import { grantOnly, scopesOf } from '../../stage/rights.ts'
import { onStage } from '../../stage.ts'
import { azureOf, install, TERRAFORM_NAME, terraformGroup } from '../lifecycle/by-hand.ts'
import { AT_ONCE, CONFIRMED } from '../lifecycle/life.ts'
import { CREATE, expectInSync, expectLogging, logTargetOf, NAME, workspaceIn, workspaceOfOthers } from './logging.ts'
import { placesOf } from './places.ts'

jest.setTimeout(60_000)

test('an existing workspace is used and nothing of it changed', () =>
  onStage(async (stage) => {
    const id = await workspaceOfOthers(stage)
    const before = stage.control.resource(id.toLowerCase())
    const inputs = { 'log-analytics': id, operation: 'apply' }
    const applied = await stage.runInProcess(inputs)
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['POST sharedKeys', 'PUT apono-connector']])
    expect(applied.outputs['log-analytics-workspace-id']).toBe(id)
    expect(logTargetOf(stage.stored())?.workspaceId).toBe(fieldsOf(before?.properties).customerId)
    await expectInSync(stage, inputs)
    const destroyed = await stage.runInProcess({ ...CONFIRMED, 'log-analytics': id, 'delete-workspace': 'true' })
    expect([writesOf(destroyed), stage.control.resource(id.toLowerCase())]).toEqual([
      ['DELETE apono-connector'],
      before,
    ])
  }, AT_ONCE))

test('our own workspace, once it is named by its id, is like one of others: used, and never touched', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const before = workspaceIn(stage)
    const named = {
      'log-analytics': placesOf(stage).workspace.replace(/resourceGroups\/[^/]+/i, (group) => group.toUpperCase()),
      'delete-workspace': 'true',
    }
    const applied = await stage.runInProcess({ ...named, operation: 'apply' })
    expect([applied.exitCode, plainLog(applied).includes('no longer wanted')]).toEqual([0, false])
    expect(workspaceIn(stage)).toEqual(before)
    await expectInSync(stage, { ...named, operation: 'apply' })
    const destroyed = await stage.runInProcess({ ...CONFIRMED, ...named })
    expect([destroyed.exitCode, workspaceIn(stage)]).toEqual([0, before])
  }, AT_ONCE))

test('a workspace that is missing, or takes no keys, is told before anything is written', () =>
  onStage(async (stage) => {
    const missing = placesOf(stage).workspace.replace(NAME, 'nowhere')
    const none = await stage.runInProcess({ 'log-analytics': missing, operation: 'apply' })
    expectFailure(none, 'workspace-not-usable', 'There is no Log Analytics workspace', 'workspace list')
    const closed = await workspaceOfOthers(stage, { features: { disableLocalAuth: true } })
    const refused = await stage.runInProcess({ 'log-analytics': closed, operation: 'apply' })
    expectFailure(refused, 'workspace-not-usable', 'takes no keys', 'disableLocalAuth=false')
    expect([writesOf(none), writesOf(refused)]).toEqual([[], []])
  }, AT_ONCE))

test('a workspace of that name that belongs to another connector is in the way', () =>
  onStage(async (stage) => {
    const send = await azureOf(stage)
    const tags = { 'apono-managed-by': 'azure-connector-action', 'apono-connector-id': 'another' }
    await send('PUT', `${placesOf(stage).workspace}?api-version=2022-10-01`, { location: 'westeurope', tags })
    const refused = await stage.runInProcess(CREATE)
    expectFailure(refused, 'foreign-resource', NAME, '`log-analytics`')
    expect(writesOf(refused)).toEqual([])
  }, AT_ONCE))

test('the subscription is registered for Log Analytics first, where it is not', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ registrationMs: 0 })
    stage.control.setProvider('Microsoft.OperationalInsights', 'NotRegistered')
    const applied = await stage.runInProcess(CREATE)
    expect([applied.exitCode, writesOf(applied)[0]]).toEqual([0, 'POST register'])
    expect(requestsTo(applied, /Microsoft\.OperationalInsights\/register/)).toHaveLength(1)
  }, AT_ONCE))

test("the Terraform module's install is adopted in place with the workspace it has", () =>
  onStage(
    async (stage) => {
      const id = await workspaceOfOthers(stage)
      const { customerId, sharedKeys } = fieldsOf(stage.control.resource(id.toLowerCase())?.properties)
      const made = terraformGroup(stage)
      const [container] = made.properties.containers ?? []
      const former = await install(stage, TERRAFORM_NAME, {
        ...made,
        properties: {
          ...made.properties,
          containers: [{ name: 'apono-connector', properties: { ...container?.properties, ports: [{ port: 80 }] } }],
          diagnostics: {
            logAnalytics: {
              workspaceId: String(customerId),
              workspaceKey: String(fieldsOf(sharedKeys).primarySharedKey),
            },
          },
        },
      })
      const inputs = { 'log-analytics': id, operation: 'apply' }
      const planned = await stage.runInProcess({ ...inputs, operation: 'plan' })
      expect([planned.outputs['to-update'], planned.outputs['to-replace']]).toEqual(['1', '0'])
      expect(planLines(planned).filter((line) => !line.includes('tags.'))).toEqual([
        '~ environment.CONNECTOR_METADATA.is_azure_admin true → false',
        '~ token "readable in plain text" → (sensitive value)',
      ])
      const adopted = await stage.runInProcess(inputs)
      expect([adopted.exitCode, adopted.outputs['principal-id']]).toEqual([0, former])
      await expectInSync(stage, inputs)
    },
    { ...AT_ONCE, readableToken: true },
  ))

test('what the workflow lacks for a workspace is told with the role that has it, before the first write', () =>
  onStage(async (stage) => {
    const { subscription, resourceGroup } = scopesOf(stage)
    grantOnly(stage, ['Reader', subscription], ['Azure Container Instances Contributor Role', resourceGroup])
    const refused = await stage.runInProcess(CREATE)
    expectFailure(refused, 'permission-denied', 'workspaces/write', 'workspaces/sharedKeys/action')
    expect(commandIn(refused, 'az role assignment create')).toContain(
      `--role "Log Analytics Contributor" --scope '${resourceGroup}'`,
    )
    expect(writesOf(refused)).toEqual([])
  }, AT_ONCE))

test.each(['/workspaces/apono-connector-logs$', '/sharedKeys$', '/containerGroups/apono-connector$'])(
  'killed at its write to %s, the next run ends where an undisturbed one does',
  (path) =>
    onStage(async (stage) => {
      const killing = new AbortController()
      const method = path.startsWith('/sharedKeys') ? 'POST' : 'PUT'
      stage.control.injectFault({ name: 'unanswered', method, path, effect: { kind: 'delay', ms: 50 } })
      const running = stage.run(CREATE, { kill: killing.signal })
      while ((stage.control.faults()[0]?.matched ?? 0) === 0) await sleep(1)
      killing.abort()
      expect((await running).exitCode).not.toBe(0)
      await sleep(100)
      const again = await stage.runInProcess(CREATE)
      expect(again.exitCode).toBe(0)
      expectLogging(stage)
      await expectInSync(stage, CREATE)
    }, AT_ONCE),
)
