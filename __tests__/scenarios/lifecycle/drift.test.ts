import { expect, jest, test } from '@jest/globals'
import { withContainer, withTags, withVariable } from '../../stage/group-edits.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { directoryReadersIn, onStageWithOrphans } from '../grants/granted.ts'
import { act, install, vendorGroup } from './by-hand.ts'
import { APPLY, DRIFT, DRIFTED, grantIdIn, IN_SYNC, revokeDirectoryRole, verdictOf } from './drifting.ts'
import { AT_ONCE } from './life.ts'
import { stateOf } from './state.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

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
