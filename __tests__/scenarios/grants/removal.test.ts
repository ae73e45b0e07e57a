import { expect, test } from '@jest/globals'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  directoryReadersIn,
  grantsOf,
  identityOf,
  isAdmin,
  MANAGEMENT_GROUP,
  onStageWithOrphans,
  READER,
  resourceGroupOf,
  rolesOf,
  subscriptionOf,
  TAG_CONTRIBUTOR,
  throughIdentity,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

const AT_GROUP = { permissions: 'management-group', 'management-group': 'mg-platform' }
const EVERYTHING = { permissions: 'subscription', 'disable-locks': 'true' }

const extraOn = (scope: string): Inputs => ({ 'extra-role-assignments': `- role: Reader\n  scope: ${scope}` })

/** The connector as it was, then as it is to be; the plan announces what goes. @returns its principal. */
async function change(stage: Stage, before: Inputs, after: Inputs, goes: readonly string[]): Promise<string> {
  const first = await stage.runInProcess({ ...before, operation: 'apply' })
  expect(first.exitCode).toBe(0)
  const planned = await stage.runInProcess(after)
  expect([planned.outputs['to-delete'], writesOf(planned)]).toEqual([String(goes.length), []])
  for (const name of goes) {
    expect(plainLog(planned)).toContain(`"${name}" is kept by this action and no longer wanted: it is taken back.`)
  }
  const applied = await stage.runInProcess({ ...after, operation: 'apply' })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
  const again = await stage.runInProcess(after)
  expect([again.outputs['has-changes'], again.outputs['to-delete']]).toEqual(['false', '0'])
  return again.outputs['principal-id'] ?? ''
}

test('permissions that are lowered to none are taken back, every one of them', () =>
  onStage(async (stage) => {
    const scope = subscriptionOf(stage)
    const goes = [`User Access Administrator on ${scope}`, `Tag Contributor on ${scope}`, 'Directory Readers']
    const principal = await change(stage, EVERYTHING, { permissions: 'none' }, goes)
    expect([rolesOf(stage, principal), directoryReadersIn(stage), isAdmin(stage)]).toEqual([[], [], false])
    expect(stage.stored()?.tags).not.toHaveProperty('apono-directory-readers')
  }))

test('lowered permissions go before the group says that they are gone', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...EVERYTHING, operation: 'apply' })
    const applied = await stage.runInProcess({ permissions: 'none', operation: 'apply' })
    expect(writesOf(applied).map((write) => write.split(' ')[0])).toEqual(['DELETE', 'DELETE', 'DELETE', 'PUT'])
    const [group] = requestsTo(applied, /containerGroups\//).filter(({ method }) => method === 'PUT')
    for (const { method, ended } of applied.requests) {
      if (method === 'DELETE') expect(ended ?? Number.NaN).toBeLessThanOrEqual(group?.started ?? 0)
    }
  }))

test.each([
  ['up', EVERYTHING, { ...AT_GROUP, 'disable-locks': 'true' }],
  ['down', { ...AT_GROUP, 'disable-locks': 'true' }, EVERYTHING],
])('a scope that moves %s: the new grants come first, then the old ones go', (way, before, after) =>
  onStage(async (stage) => {
    const [from, to] =
      way === 'up' ? [subscriptionOf(stage), MANAGEMENT_GROUP] : [MANAGEMENT_GROUP, subscriptionOf(stage)]
    await stage.runInProcess({ ...before, operation: 'apply' })
    const moved = await stage.runInProcess({ ...after, operation: 'apply' })
    expect([moved.exitCode, writesOf(moved).map((write) => write.split(' ')[0])]).toEqual([
      0,
      ['PUT', 'PUT', 'DELETE', 'DELETE', 'PATCH'],
    ])
    const principal = moved.outputs['principal-id'] ?? ''
    expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${to}`, `${TAG_CONTRIBUTOR} at ${to}`])
    expect(plainLog(moved)).toContain(`"User Access Administrator on ${from}" is kept by this action`)
    expect(directoryReadersIn(stage)).toEqual([principal])
    expect((await stage.runInProcess(after)).outputs['has-changes']).toBe('false')
  }),
)

test('single rights that are dropped go alone', () =>
  onStage(async (stage) => {
    const scope = subscriptionOf(stage)
    const group = resourceGroupOf(stage)
    const before = { ...EVERYTHING, ...extraOn(group) }
    const goes = [`Tag Contributor on ${scope}`, `Reader on ${group}`]
    const principal = await change(stage, before, { permissions: 'subscription' }, goes)
    expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${scope}`])
    expect([directoryReadersIn(stage), isAdmin(stage)]).toEqual([[principal], true])
  }))

test('directory readers alone are taken back, and the group forgets that it gave them', () =>
  onStage(async (stage) => {
    const after = { permissions: 'subscription', 'directory-readers': 'false' }
    const principal = await change(stage, { permissions: 'subscription' }, after, ['Directory Readers'])
    expect(directoryReadersIn(stage)).toEqual([])
    expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`])
    expect(stage.stored()?.tags).not.toHaveProperty('apono-directory-readers')
  }))

test('a further grant that moves is made there and taken away here', () =>
  onStage(async (stage) => {
    const [group, other] = [resourceGroupOf(stage), `${subscriptionOf(stage)}/resourceGroups/rg-other`]
    const none = { permissions: 'none' }
    const [before, after] = [
      { ...none, ...extraOn(group) },
      { ...none, ...extraOn(other) },
    ]
    const principal = await change(stage, before, after, [`Reader on ${group}`])
    expect(rolesOf(stage, principal)).toEqual([`${READER} at ${other}`])
  }))

test('a group that somebody deleted takes its identity along: what that held is swept up', () =>
  onStageWithOrphans(async (stage) => {
    const first = await stage.runInProcess({ ...EVERYTHING, operation: 'apply' })
    const gone = first.outputs['principal-id'] ?? ''
    stage.control.deleteResource(stage.groupId())
    expect(grantsOf(stage, gone)).toHaveLength(2)

    const planned = await stage.runInProcess(EVERYTHING)
    expect(planned.outputs).toMatchObject({ 'to-create': '4', 'to-delete': '2' })
    const applied = await stage.runInProcess({ ...EVERYTHING, operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    expect([applied.exitCode, principal === gone, grantsOf(stage, gone)]).toEqual([0, false, []])
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([2, [principal]])
    expect((await stage.runInProcess(EVERYTHING)).outputs['has-changes']).toBe('false')
  }))

test('an identity that is no longer the connector’s gives its rights back', () =>
  onStage(async (stage) => {
    const { principal } = identityOf(stage)
    const inputs = { permissions: 'subscription', 'directory-readers': 'false' }
    await stage.runInProcess({ ...inputs, ...throughIdentity(stage), operation: 'apply' })
    stage.control.deleteResource(stage.groupId())
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, grantsOf(stage, principal)]).toEqual([0, []])
    expect(rolesOf(stage, applied.outputs['principal-id'])).toEqual([
      `${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`,
    ])
  }))

test('grants of nobody we know stay, whoever holds them', () =>
  onStage(async (stage) => {
    const before = grantsOf(stage)
    await change(stage, EVERYTHING, { permissions: 'none' }, [
      `User Access Administrator on ${subscriptionOf(stage)}`,
      `Tag Contributor on ${subscriptionOf(stage)}`,
      'Directory Readers',
    ])
    expect(grantsOf(stage)).toEqual(before)
  }))

test('a grant that is gone already is as good as deleted', () =>
  onStage(async (stage) => {
    const first = await stage.runInProcess({ ...EVERYTHING, operation: 'apply' })
    const grants = grantsOf(stage, first.outputs['principal-id'])
    for (const { name } of grants) {
      // The request is carried out, but its answer gets lost: the second one finds nothing.
      const fault = { method: 'DELETE', path: `/roleAssignments/${name}$` }
      stage.control.injectFault({ name, ...fault, effect: { kind: 'drop', when: 'after' } })
    }
    const applied = await stage.runInProcess({ permissions: 'none', operation: 'apply' })
    expect([applied.exitCode, grantsOf(stage, first.outputs['principal-id'])]).toEqual([0, []])
  }))
