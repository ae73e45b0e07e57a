import { expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { warningsIn } from './deployers.ts'
import { directoryReadersIn, identityOf, throughIdentity } from './granted.ts'

const WITH = { permissions: 'subscription' }
const WITHOUT = { permissions: 'subscription', 'directory-readers': 'false' }
const TAG = 'apono-directory-readers'
const WRITE = 'RoleManagement.ReadWrite.Directory'

/** What the deployer may do in Graph from now on. */
function graphRights({ control, sandbox }: Stage, ...rights: readonly string[]): void {
  control.setAppRoles(sandbox.inputs['client-id'] ?? '', rights)
}

test.each([
  ['neither read nor write', []],
  ['read but not write', ['RoleManagement.Read.Directory']],
])('who may %s directory roles cannot take one back, and the group does not forget it', (_what, rights) =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...WITH, operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    graphRights(stage, ...rights)
    const planned = await stage.runInProcess(WITHOUT)
    expect([planned.exitCode, planned.outputs['to-delete']]).toEqual([0, '1'])
    expect(warningsIn(planned)).toEqual([expect.stringContaining(`lacks ${WRITE}`)])

    const before = stage.stored()
    const refused = await stage.runInProcess({ ...WITHOUT, operation: 'apply' })
    expectFailure(refused, 'permission-denied', WRITE, '/appRoleAssignments')
    expect([writesOf(refused), stage.stored(), directoryReadersIn(stage)]).toEqual([[], before, [principal]])
    expect(before?.tags).toHaveProperty(TAG, 'granted')

    graphRights(stage, WRITE)
    const taken = await stage.runInProcess({ ...WITHOUT, operation: 'apply' })
    expect([taken.exitCode, directoryReadersIn(stage)]).toEqual([0, []])
    expect(stage.stored()?.tags).not.toHaveProperty(TAG)
    expect((await stage.runInProcess(WITHOUT)).outputs['has-changes']).toBe('false')
  }),
)

test('a directory role that was held already is adopted, and the plan says what that means', () =>
  onStage(async (stage) => {
    const { principal } = identityOf(stage)
    const inputs = { ...WITH, ...throughIdentity(stage) }
    await stage.runInProcess({ ...inputs, operation: 'apply' })
    // The identity keeps the role; the mark, a tag of the group, is gone with the group.
    stage.control.deleteResource(stage.groupId())

    const planned = await stage.runInProcess(inputs)
    const said =
      '"Directory Readers" is held already, without our mark: it is adopted, and taken back once it is no longer wanted.'
    expect([plainLog(planned).includes(said), planned.summary.includes(said.replaceAll('"', '`'))]).toEqual([
      true,
      true,
    ])
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(requestsTo(applied, /directory\/roleAssignments/).filter(({ method }) => method !== 'GET')).toEqual([])
    expect(stage.stored()?.tags).toHaveProperty(TAG, principal)
    const settled = await stage.runInProcess(inputs)
    expect([settled.outputs['has-changes'], plainLog(settled).includes(said)]).toEqual(['false', false])

    await stage.runInProcess({ ...WITHOUT, ...throughIdentity(stage), operation: 'apply' })
    expect([directoryReadersIn(stage), principal]).toEqual([[], principal])
  }))

test('a directory role that was held already and is not wanted is left alone', () =>
  onStage(async (stage) => {
    const { principal } = identityOf(stage)
    await stage.runInProcess({ ...WITH, ...throughIdentity(stage), operation: 'apply' })
    stage.control.deleteResource(stage.groupId())
    const applied = await stage.runInProcess({ ...WITHOUT, ...throughIdentity(stage), operation: 'apply' })
    expect([applied.exitCode, directoryReadersIn(stage)]).toEqual([0, [principal]])
  }))

test('a destroy that is not told of the identity takes its directory role back all the same', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...WITH, ...throughIdentity(stage), operation: 'apply' })
    const destroyed = await stage.runInProcess({ operation: 'destroy', confirm: 'apono-connector' })
    expect([destroyed.exitCode, directoryReadersIn(stage), stage.stored()]).toEqual([0, [], undefined])
  }))

test('an identity that the connector no longer acts through loses its directory role', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...WITH, ...throughIdentity(stage), operation: 'apply' })
    const moved = await stage.runInProcess({ ...WITH, operation: 'apply', 'allow-replace': 'true' })
    expect([moved.exitCode, directoryReadersIn(stage)]).toEqual([0, [moved.outputs['principal-id']]])
    expect(moved.outputs['principal-id']).not.toBe(identityOf(stage).principal)
  }))
