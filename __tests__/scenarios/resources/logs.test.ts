import { setTimeout as sleep } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import type { GroupDefinition } from '../../../sandbox/container-instance/definition.ts'
import { fieldsOf } from '../../specs/json.ts'
import { commandIn, expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../../stage/result.ts'
import { grantOnly, scopesOf } from '../../stage/rights.ts'
import { onStage, type Stage } from '../../stage.ts'
import { azureOf, install, TERRAFORM_NAME, terraformGroup } from '../lifecycle/by-hand.ts'
import { AT_ONCE, CONFIRMED } from '../lifecycle/life.ts'
import { placesOf } from './places.ts'

// The first one runs dist/ as the runner starts it, the others src/ in this process.
jest.setTimeout(60_000)

const CREATE = { 'log-analytics': 'create', operation: 'apply' }
const NAME = 'apono-connector-logs'

function workspaceIn(stage: Stage) {
  return fieldsOf(stage.control.resource(placesOf(stage).workspace.toLowerCase()))
}

function logTargetOf(group: GroupDefinition | undefined) {
  return group?.properties.diagnostics?.logAnalytics
}

/** What the group sends its logs to and with is the workspace, and its key. */
function expectLogging(stage: Stage, name?: string): void {
  const { customerId, sharedKeys } = fieldsOf(workspaceIn(stage).properties)
  expect(logTargetOf(stage.stored(name))).toEqual({
    workspaceId: customerId,
    workspaceKey: fieldsOf(sharedKeys).primarySharedKey,
  })
}

async function expectInSync(stage: Stage, inputs: Readonly<Record<string, string>>): Promise<void> {
  for (const operation of ['plan', 'apply', 'drift']) {
    const again = await stage.runInProcess({ ...inputs, operation })
    expect([operation, again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([operation, 0, 'in-sync', []])
    expect(again.outputs['log-analytics-workspace-id']).toMatch(/workspaces\/[a-z-]+$/)
  }
}

/** A workspace that somebody else made. @returns its id. */
async function workspaceOfOthers(stage: Stage, properties: object = {}): Promise<string> {
  const id = placesOf(stage).workspace.replace(NAME, 'platform-logs')
  const send = await azureOf(stage)
  const sent = {
    location: 'westeurope',
    properties: { sku: { name: 'PerGB2018' }, retentionInDays: 90, ...properties },
  }
  await send('PUT', `${id}?api-version=2022-10-01`, sent)
  return id
}

test('a workspace of ours comes before the group, with the tier and days of the vendor, and stays ours', () =>
  onStage(async (stage) => {
    const planned = await stage.run({ ...CREATE, operation: 'plan' })
    expect([planned.exitCode, planned.outputs['to-create']]).toEqual([0, '2'])
    expect(planLines(planned)).toContain('+ logAnalytics.workspace (known after apply)')
    const applied = await stage.run({ ...CREATE, tags: 'team=iam' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([
      0,
      [`PUT ${NAME}`, 'POST sharedKeys', 'PUT apono-connector'],
    ])
    expect(workspaceIn(stage)).toMatchObject({
      location: 'westeurope',
      tags: { team: 'iam', 'apono-managed-by': 'azure-connector-action', 'apono-connector-id': 'apono-connector' },
      properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 },
    })
    expectLogging(stage)
    // Masked on arrival; the stage looks for it in all else.
    const keys = Object.values(fieldsOf(fieldsOf(workspaceIn(stage).properties).sharedKeys))
    for (const key of keys) expect(applied.raw).toContain(`::add-mask::${key}`)
    expect(applied.outputs['log-analytics-workspace-id']?.toLowerCase()).toBe(placesOf(stage).workspace.toLowerCase())
    await expectInSync(stage, { ...CREATE, tags: 'team=iam' })
  }, AT_ONCE))

// Grants refer to the group, and the group to the workspace.
test('a connector with logs and grants is in sync once it stands', () =>
  onStage(async (stage) => {
    const inputs = { ...CREATE, permissions: 'subscription', 'constrain-roles': 'privileged' }
    expect((await stage.runInProcess(inputs)).exitCode).toBe(0)
    await expectInSync(stage, inputs)
  }, AT_ONCE))

test('days and tags change in place, without touching the connector', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const changed = await stage.runInProcess({ ...CREATE, 'log-analytics-retention': '90' })
    expect(writesOf(changed)).toEqual([`PATCH ${NAME}`, 'PATCH apono-connector'])
    expect(planLines(changed)).toContain('~ retention 30 → 90')
    expect(workspaceIn(stage)).toMatchObject({ properties: { retentionInDays: 90 } })
    await expectInSync(stage, { ...CREATE, 'log-analytics-retention': '90' })
  }, AT_ONCE))

test('an update of the group keeps its logs: the key is read again', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const updated = await stage.runInProcess({ ...CREATE, 'connector-version': 'v1.7.7' })
    expect([updated.exitCode, writesOf(updated)]).toEqual([0, ['POST sharedKeys', 'PUT apono-connector']])
    expectLogging(stage)
  }, AT_ONCE))

test('replicas share the workspace, and come one after the other', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...CREATE, replicas: '2' })
    expect(writesOf(applied)).toEqual([
      `PUT ${NAME}`,
      ...['apono-connector', 'apono-connector-2'].flatMap((name) => ['POST sharedKeys', `PUT ${name}`]),
    ])
    expectLogging(stage, 'apono-connector-2')
  }, AT_ONCE))

test('adding logs to a live group takes a replace, one replica at a time and only once the workspace is there', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply', replicas: '2' })
    const planned = await stage.runInProcess({ ...CREATE, replicas: '2', operation: 'plan' })
    expect(planLines(planned)).toContain('+ logAnalytics.workspace (known after apply)  (forces a replace)')
    expectFailure(await stage.runInProcess({ ...CREATE, replicas: '2' }), 'replace-refused', 'logAnalytics')
    const replaced = await stage.runInProcess({ ...CREATE, replicas: '2', 'allow-replace': 'true' })
    expect(writesOf(replaced)).toEqual([
      `PUT ${NAME}`,
      ...['apono-connector', 'apono-connector-2'].flatMap((name) => [
        `DELETE ${name}`,
        'POST sharedKeys',
        `PUT ${name}`,
      ]),
    ])
    await expectInSync(stage, { ...CREATE, replicas: '2' })
  }, AT_ONCE))

test('taking logs away leaves the workspace and says so; deleting it takes consent', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const none = { operation: 'apply', 'allow-replace': 'true' }
    const kept = await stage.runInProcess({ ...none, operation: 'plan' })
    expect([kept.outputs['to-replace'], kept.outputs['to-delete']]).toEqual(['1', '0'])
    expect(plainLog(kept)).toContain(`"${NAME}" is ours and no longer wanted. It stays, with its logs`)
    const removed = await stage.runInProcess({ ...none, 'delete-workspace': 'true' })
    expect(writesOf(removed)).toEqual(['DELETE apono-connector', 'PUT apono-connector', `DELETE ${NAME}`])
    expect([logTargetOf(stage.stored()), workspaceIn(stage)]).toEqual([undefined, {}])
    expect((await stage.runInProcess({ operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, AT_ONCE))

test('a destroy leaves the workspace and says so, and a second one is quiet', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const destroyed = await stage.runInProcess({ ...CONFIRMED, 'log-analytics': 'create' })
    expect([destroyed.exitCode, writesOf(destroyed)]).toEqual([0, ['DELETE apono-connector']])
    expect(plainLog(destroyed)).toContain('`delete-workspace: true` deletes it')
    expect(workspaceIn(stage)).not.toEqual({})
    const again = await stage.runInProcess(CONFIRMED)
    expect([again.exitCode, again.outputs.outcome, writesOf(again)]).toEqual([0, 'in-sync', []])
    const gone = await stage.runInProcess({ ...CONFIRMED, 'delete-workspace': 'true' })
    expect([gone.exitCode, writesOf(gone)]).toEqual([0, [`DELETE ${NAME}`]])
  }, AT_ONCE))

test('with consent the workspace goes last, and comes back with the next create: same logs, same key', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    const { customerId } = fieldsOf(workspaceIn(stage).properties)
    const destroyed = await stage.runInProcess({ ...CONFIRMED, 'delete-workspace': 'true' })
    expect(writesOf(destroyed)).toEqual(['DELETE apono-connector', `DELETE ${NAME}`])
    expect(plainLog(destroyed)).toContain('Azure keeps it for 14 days')
    expect((await stage.runInProcess({ ...CONFIRMED, 'delete-workspace': 'true' })).outputs.outcome).toBe('in-sync')

    const planned = await stage.runInProcess({ ...CREATE, operation: 'plan' })
    expect(plainLog(planned)).toContain(`"${NAME}" was deleted less than 14 days ago in westeurope: it is brought back`)
    const recovered = await stage.runInProcess(CREATE)
    expect([recovered.exitCode, fieldsOf(workspaceIn(stage).properties).customerId]).toEqual([0, customerId])
    expectLogging(stage)
    await expectInSync(stage, CREATE)
  }, AT_ONCE))

test('one that was deleted in another region comes back there: its name is taken', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...CREATE, location: 'northeurope' })
    await stage.runInProcess({ ...CONFIRMED, 'delete-workspace': 'true' })
    const recovered = await stage.runInProcess(CREATE)
    expect([recovered.exitCode, workspaceIn(stage).location]).toEqual([0, 'northeurope'])
    await expectInSync(stage, CREATE)
  }, AT_ONCE))

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

test('what somebody does to our workspace is drift, and is taken back', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    stage.control.patchResource(placesOf(stage).workspace.toLowerCase(), {
      tags: { 'apono-managed-by': null },
      properties: { retentionInDays: 730, features: { disableLocalAuth: true } },
    })
    const drifted = await stage.runInProcess({ ...CREATE, operation: 'drift' })
    expectFailure({ ...drifted, outputs: { ...drifted.outputs, outcome: 'failed' } }, 'drifted')
    expect(planLines(drifted)).toContain('~ retention 730 → 30')
    const repaired = await stage.runInProcess({ ...CREATE, operation: 'drift', 'auto-repair': 'true' })
    expect([repaired.exitCode, writesOf(repaired)]).toEqual([0, [`PATCH ${NAME}`]])
    await expectInSync(stage, CREATE)
  }, AT_ONCE))

test('other inputs about logs that nobody applied yet are pending, not drift', () =>
  onStage(async (stage) => {
    await stage.runInProcess(CREATE)
    for (const inputs of [{ 'log-analytics-retention': '60' }, { 'log-analytics': 'none' }]) {
      const told = await stage.runInProcess({ ...CREATE, ...inputs, operation: 'drift' })
      expect([told.exitCode, told.outputs.outcome, told.outputs['drift-detected']]).toEqual([0, 'pending', 'false'])
    }
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
