import { expect, jest, test } from '@jest/globals'
import { graphSession } from '../../sandbox/graph-session.ts'
import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { withContainer, withTags, withVariable } from '../../stage/group-edits.ts'
import { plainLog, type Result, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { as, warningsIn } from '../grants/deployers.ts'
import { directoryReadersIn, grantsOf, onStageWithOrphans, resourceGroupOf } from '../grants/granted.ts'
import { act, install, vendorGroup } from './by-hand.ts'
import { AT_ONCE, GRANTED } from './life.ts'
import { stateOf } from './state.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }
const DRIFT = { ...GRANTED, operation: 'drift' }

/** What a drift run said of itself. */
function verdictOf({ exitCode, outputs }: Result) {
  return [exitCode, outputs.outcome, outputs['drift-detected'], outputs['failure-reason']]
}

const DRIFTED = [1, 'drifted', 'true', 'drifted']
const IN_SYNC = [0, 'in-sync', 'false', '']
const PENDING = [0, 'pending', 'false', '']

function grantIdIn(stage: Stage): string {
  return grantsOf(stage).find(({ description }) => description?.startsWith('Apono connector'))?.id ?? ''
}

type Edit = { readonly what: string; readonly edit: (stage: Stage) => unknown; readonly said: string }

const edits: readonly Edit[] = [
  {
    what: 'an edited variable',
    edit: (stage) => stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' })),
    said: 'environment.APONO_URL',
  },
  {
    what: 'a changed image',
    edit: (stage) => stage.edit(withContainer((container) => ({ ...container, image: 'nginx' }))),
    said: 'image',
  },
  {
    what: 'a lost tag',
    edit: (stage) => stage.edit(withTags({ 'apono-connector-id': null })),
    said: 'tags.apono-connector-id',
  },
  {
    what: 'a lost record',
    edit: (stage) => stage.edit(withTags({ 'apono-last-applied': null, team: 'mallory' })),
    said: 'tags.team',
  },
  {
    what: 'a deleted grant',
    edit: (stage) => stage.control.deleteResource(grantIdIn(stage)),
    said: 'role assignment',
  },
  {
    what: 'a wider condition',
    edit: (stage) =>
      stage.control.patchResource(grantIdIn(stage), { properties: { condition: null, conditionVersion: null } }),
    said: 'condition',
  },
  { what: 'a stopped group', edit: (stage) => act(stage, 'stop'), said: '"Stopped"' },
]

test.each(edits)('$what is drift: told, and taken back on request', ({ edit, said }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const applied = stateOf(stage)
    await edit(stage)
    const told = await stage.runInProcess(DRIFT)
    expect(verdictOf(told)).toEqual(DRIFTED)
    expect(plainLog(told)).toContain(said)
    expect(plainLog(told)).toContain('(drift).')
    expect(writesOf(told)).toEqual([])
    expect(verdictOf(await stage.runInProcess({ ...DRIFT, 'fail-on-drift': 'false' }))).toEqual([
      0,
      'drifted',
      'true',
      '',
    ])

    const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
    expect([repaired.exitCode, repaired.outputs['drift-detected'], repaired.outputs['failure-reason']]).toEqual([
      0,
      'true',
      '',
    ])
    expect(stateOf(stage)).toEqual(applied)
    expect(verdictOf(await stage.runInProcess(DRIFT))).toEqual(IN_SYNC)
  }, AT_ONCE),
)

test('a deleted group is drift, and comes back with its rights', () =>
  onStageWithOrphans(async (stage) => {
    stage.control.setTiming({ replicationMs: 0, graphConsistencyMs: 0 })
    await stage.runInProcess(APPLY)
    const applied = stateOf(stage)
    stage.control.deleteResource(stage.groupId())
    const told = await stage.runInProcess(DRIFT)
    expect([verdictOf(told), writesOf(told)]).toEqual([DRIFTED, []])
    const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
    expect(repaired.exitCode).toBe(0)
    expect(stateOf(stage)).toEqual(applied)
    expect(verdictOf(await stage.runInProcess(DRIFT))).toEqual(IN_SYNC)
  }))

test('a deleted directory role is drift', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    await revokeDirectoryRole(stage)
    expect(verdictOf(await stage.runInProcess(DRIFT))).toEqual(DRIFTED)
    const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
    expect([repaired.exitCode, directoryReadersIn(stage)]).toEqual([0, [repaired.outputs['principal-id']]])
  }, AT_ONCE))

test('a second group that runs our connector is drift, which no repair takes away', () =>
  onStage(
    async (stage) => {
      await stage.runInProcess(APPLY)
      await install(stage, 'intruder', vendorGroup(stage))
      const told = await stage.runInProcess(DRIFT)
      expect(verdictOf(told)).toEqual(DRIFTED)
      expect(plainLog(told)).toContain('"intruder"')
      const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
      expect([verdictOf(repaired), writesOf(repaired)]).toEqual([DRIFTED, []])
      expect(stage.stored('intruder')).toBeDefined()
    },
    { ...AT_ONCE, readableToken: true },
  ))

test("Azure's own doings are no drift", () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    await act(stage, 'restart')
    stage.control.advanceClock(30 * 24 * 3600 * 1000)
    expect(verdictOf(await stage.runInProcess(DRIFT))).toEqual(IN_SYNC)
  }, AT_ONCE))

const newInputs = [
  { what: 'another version', inputs: { 'connector-version': 'v1.7.7' } },
  { what: 'another tag', inputs: { tags: 'team=iam' } },
  { what: 'another limit of its rights', inputs: { 'constrain-roles': 'none' } },
  { what: 'no rights', inputs: { permissions: 'none', 'constrain-roles': 'none' } },
  { what: 'another token', inputs: { 'apono-token': 'another-token-of-the-connector' } },
]

test.each(newInputs)('$what in the inputs is pending, not drift, and no repair applies it', ({ inputs }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const told = await stage.runInProcess({ ...DRIFT, ...inputs })
    expect(verdictOf(told)).toEqual(PENDING)
    expect(plainLog(told)).toContain('nobody applied them yet (pending).')
    const repaired = await stage.runInProcess({ ...DRIFT, ...inputs, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([PENDING, []])
  }, AT_ONCE),
)

/** Grants that move, come or go with their group, because the inputs want another group. */
const movingGrants = [
  { what: 'another size', applied: {}, inputs: { cpu: '2', 'allow-replace': 'true' } },
  { what: 'a further replica', applied: {}, inputs: { replicas: '2' } },
  { what: 'one replica less', applied: { replicas: '2' }, inputs: {} },
]

test.each(movingGrants)(
  '$what in the inputs is pending with all its grants, and no repair applies it',
  ({ applied, inputs }) =>
    onStage(async (stage) => {
      await stage.runInProcess({ ...APPLY, ...applied })
      expect(verdictOf(await stage.runInProcess({ ...DRIFT, ...inputs }))).toEqual(PENDING)
      const repaired = await stage.runInProcess({ ...DRIFT, ...inputs, 'auto-repair': 'true' })
      expect([verdictOf(repaired), writesOf(repaired)]).toEqual([PENDING, []])
    }, AT_ONCE),
)

test('drift of a grant and a pending version: the repair takes back the one and leaves the other', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const applied = stateOf(stage)
    stage.control.deleteResource(grantIdIn(stage))
    const wanted = { ...DRIFT, 'connector-version': 'v1.7.7' }
    const told = await stage.runInProcess(wanted)
    expect(verdictOf(told)).toEqual(DRIFTED)
    expect([plainLog(told).includes('(drift).'), plainLog(told).includes('(pending).')]).toEqual([true, true])
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([repaired.exitCode, writesOf(repaired).length]).toEqual([0, 1])
    expect(stateOf(stage)).toEqual(applied)
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(PENDING)
  }, AT_ONCE))

const onGrants = [
  { what: 'a deleted grant', edit: (stage: Stage) => stage.control.deleteResource(grantIdIn(stage)) },
  {
    what: 'a wider condition',
    edit: (stage: Stage) =>
      stage.control.patchResource(grantIdIn(stage), { properties: { condition: null, conditionVersion: null } }),
  },
]

test.each(onGrants)('$what is drift also where a replace is pending, and left to an apply', ({ edit }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    edit(stage)
    const wanted = { ...DRIFT, cpu: '2', 'allow-replace': 'true' }
    const told = await stage.runInProcess(wanted)
    expect([verdictOf(told), plainLog(told).includes('(drift and pending).')]).toEqual([DRIFTED, true])
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([DRIFTED, []])
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE),
)

test.each(onGrants)('$what is drift also where the inputs ask for another grant', ({ edit }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    edit(stage)
    const wanted = {
      ...DRIFT,
      'extra-role-assignments': JSON.stringify([{ role: 'Reader', scope: resourceGroupOf(stage) }]),
    }
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(DRIFTED)
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE),
)

test('who may only read is told of drift, and not of rights that only a repair takes', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    stage.control.addFederatedCredential(as(stage, 'planner')['client-id'])
    const told = await stage.runInProcess({ ...DRIFT, ...as(stage, 'planner'), 'fail-on-drift': 'false' })
    expect(verdictOf(told)).toEqual([0, 'drifted', 'true', ''])
    expect([warningsIn(told), told.summary.includes('lacks')]).toEqual([[], false])
    const repair = await stage.runInProcess({ ...DRIFT, ...as(stage, 'planner'), 'auto-repair': 'true' })
    expect([repair.outputs['failure-reason'], writesOf(repair)]).toEqual(['permission-denied', []])
  }, AT_ONCE))

test('an edit and a new input on one group are told as both, and left to an apply', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    const wanted = { ...DRIFT, 'connector-version': 'v1.7.7' }
    const told = await stage.runInProcess(wanted)
    expect(verdictOf(told)).toEqual(DRIFTED)
    expect(plainLog(told)).toContain('(drift and pending). Only an apply settles that.')
    const repaired = await stage.runInProcess({ ...wanted, 'auto-repair': 'true' })
    expect([verdictOf(repaired), writesOf(repaired)]).toEqual([DRIFTED, []])
    await stage.runInProcess({ ...wanted, operation: 'apply' })
    expect(verdictOf(await stage.runInProcess(wanted))).toEqual(IN_SYNC)
  }, AT_ONCE))

test('a repair that would replace the group takes the same consent as an apply', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...APPLY, cpu: '2' })
    stage.edit(withContainer((container) => ({ ...container, resources: { requests: { cpu: 1, memoryInGB: 2 } } })))
    const wanted = { ...DRIFT, cpu: '2', 'auto-repair': 'true' }
    const refused = await stage.runInProcess(wanted)
    expect([refused.exitCode, refused.outputs['failure-reason'], writesOf(refused)]).toEqual([1, 'replace-refused', []])
    const repaired = await stage.runInProcess({ ...wanted, 'allow-replace': 'true' })
    expect([repaired.exitCode, repaired.outputs['drift-detected']]).toEqual([0, 'true'])
    expect(verdictOf(await stage.runInProcess({ ...DRIFT, cpu: '2' }))).toEqual(IN_SYNC)
  }, AT_ONCE))

/** As an administrator takes it back in Entra. */
async function revokeDirectoryRole(stage: Stage): Promise<void> {
  const [principal] = directoryReadersIn(stage)
  const graph = await graphSession(stage.sandbox)
  const { body } = await graph.send(
    'GET',
    `/roleManagement/directory/roleAssignments?$filter=principalId eq '${principal}'`,
  )
  const [assignment] = itemsOf(fieldsOf(body).value).map(fieldsOf)
  const { status } = await graph.send('DELETE', `/roleManagement/directory/roleAssignments/${String(assignment?.id)}`)
  if (status !== 204) throw new Error(`the directory role was not taken back: ${status}`)
}
