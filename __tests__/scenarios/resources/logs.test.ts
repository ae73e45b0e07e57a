import { expect, jest, test } from '@jest/globals'
import { fieldsOf } from '../../specs/json.ts'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { AT_ONCE, CONFIRMED } from '../lifecycle/life.ts'
import { CREATE, expectInSync, expectLogging, logTargetOf, NAME, workspaceIn } from './logging.ts'
import { placesOf } from './places.ts'

// The first one runs dist/ as the runner starts it, the others src/ in this process.
jest.setTimeout(60_000)

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
