import { expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  applicationOf,
  directoryReadersIn,
  GRANTS_PATH,
  grantsOf,
  OTHER_MANAGEMENT_GROUP,
  otherSubscriptionOf,
  READER,
  refusal,
  rolesOf,
  subscriptionOf,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

/** The group remembers here where it was given rights that nobody would look for. */
const TAG = 'apono-grant-scopes'

const NONE = { permissions: 'none' }
const AT_OTHER_GROUP = {
  permissions: 'management-group',
  'management-group': 'mg-sandbox',
  'directory-readers': 'false',
}

const readerOn = (...scopes: readonly string[]): Inputs => ({
  ...NONE,
  'extra-role-assignments': scopes.map((scope) => `- { role: Reader, scope: ${scope} }`).join('\n'),
})

const places: readonly { where: string; place: (stage: Stage) => { inputs: Inputs; role: string; scope: string } }[] = [
  {
    where: 'at a management group that the subscription is not in',
    place: () => ({ inputs: AT_OTHER_GROUP, role: ACCESS_ADMINISTRATOR, scope: OTHER_MANAGEMENT_GROUP }),
  },
  {
    where: 'at such a management group, as a further grant',
    place: () => ({ inputs: readerOn(OTHER_MANAGEMENT_GROUP), role: READER, scope: OTHER_MANAGEMENT_GROUP }),
  },
  {
    where: 'at another subscription',
    place: (stage) => ({
      inputs: readerOn(otherSubscriptionOf(stage)),
      role: READER,
      scope: otherSubscriptionOf(stage),
    }),
  },
  {
    where: 'in another subscription',
    place: (stage) => {
      const scope = `${otherSubscriptionOf(stage)}/resourceGroups/rg-sandbox`
      return { inputs: readerOn(scope), role: READER, scope }
    },
  },
]

test.each(places)('a grant $where is kept in mind, and taken back once it is not wanted', ({ place }) =>
  onStage(async (stage) => {
    const { inputs, role, scope } = place(stage)
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    expect([applied.exitCode, rolesOf(stage, principal)]).toEqual([0, [`${role} at ${scope}`]])
    expect(stage.stored()?.tags).toHaveProperty(TAG, scope.replace(/\/resourceGroups\/.*/, ''))
    expect((await stage.runInProcess(inputs)).outputs['has-changes']).toBe('false')

    const planned = await stage.runInProcess(NONE)
    expect([planned.outputs['to-delete'], writesOf(planned)]).toEqual(['1', []])
    expect(plainLog(planned)).toContain(`on ${scope}" is kept by this action and no longer wanted: it is taken back.`)
    const lowered = await stage.runInProcess({ ...NONE, operation: 'apply' })
    expect([lowered.exitCode, rolesOf(stage, principal)]).toEqual([0, []])
    expect(stage.stored()?.tags).not.toHaveProperty(TAG)
    expect((await stage.runInProcess(NONE)).outputs['has-changes']).toBe('false')
  }),
)

test('a grant that moves from there to here leaves nothing there', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...AT_OTHER_GROUP, operation: 'apply' })
    const inputs = { permissions: 'subscription', 'directory-readers': 'false' }
    const moved = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(moved.exitCode).toBe(0)
    const principal = moved.outputs['principal-id']
    expect(rolesOf(stage, principal)).toEqual([`${ACCESS_ADMINISTRATOR} at ${subscriptionOf(stage)}`])
    expect(stage.stored()?.tags).not.toHaveProperty(TAG)
  }))

test('destroy takes back what was granted there too', () =>
  onStage(async (stage) => {
    const inputs = { ...AT_OTHER_GROUP, 'directory-readers': 'true' }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([1, [principal]])
    const destroyed = await stage.runInProcess({ ...inputs, operation: 'destroy', confirm: 'apono-connector' })
    expect([destroyed.exitCode, destroyed.outputs['failure-reason']]).toEqual([0, ''])
    expect([grantsOf(stage, principal), directoryReadersIn(stage), stage.stored()]).toEqual([[], [], undefined])
  }))

test('the group forgets the place only after the grant there is gone', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...AT_OTHER_GROUP, operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    const effect = refusal(409, 'Nobody', 'Not now.')
    stage.control.injectFault({ name: 'refused', method: 'DELETE', path: GRANTS_PATH, effect })
    expectFailure(await stage.runInProcess({ ...NONE, operation: 'apply' }), 'azure-refused', 'Not now.')
    expect([grantsOf(stage, principal).length, stage.stored()?.tags?.[TAG]]).toEqual([1, OTHER_MANAGEMENT_GROUP])
    const again = await stage.runInProcess({ ...NONE, operation: 'apply' })
    expect([again.exitCode, grantsOf(stage, principal)]).toEqual([0, []])
    expect(stage.stored()?.tags).not.toHaveProperty(TAG)
  }))

test('a place that is gone holds nothing, and is forgotten', () =>
  onStage(async (stage) => {
    const scope = stage.control.addResourceGroup({
      name: 'rg-short-lived',
      location: 'westeurope',
      subscriptionId: otherSubscriptionOf(stage).split('/').at(-1) ?? '',
    })
    await stage.runInProcess({ ...readerOn(scope), operation: 'apply' })
    stage.control.deleteResource(scope)
    const lowered = await stage.runInProcess({ ...NONE, operation: 'apply' })
    expect([lowered.exitCode, lowered.outputs['to-delete']]).toEqual([0, '0'])
    expect(stage.stored()?.tags).not.toHaveProperty(TAG)
  }))

test('of a place that may no longer be read it is told that a grant may be left there', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...AT_OTHER_GROUP, operation: 'apply' })
    const { objectId } = applicationOf(stage, 'deployer')
    for (const { id, scope } of grantsOf(stage, objectId)) {
      if (scope === OTHER_MANAGEMENT_GROUP) stage.control.deleteResource(id)
    }
    const planned = await stage.runInProcess(NONE)
    expect(plainLog(planned)).toContain(
      `Something was granted at ${OTHER_MANAGEMENT_GROUP} before, which can no longer be read. A grant may be left there.`,
    )
    expect(grantsOf(stage, applied.outputs['principal-id'])).toHaveLength(1)
  }))

test('more places than a tag has room for are taken back too', () =>
  onStage(async (stage) => {
    const group = `${otherSubscriptionOf(stage)}/resourceGroups/rg-sandbox`
    const vaults = ['one', 'two', 'three'].map((name) => `${group}/providers/Microsoft.KeyVault/vaults/kv-${name}`)
    const applied = await stage.runInProcess({ ...readerOn(...vaults), operation: 'apply' })
    expect(grantsOf(stage, applied.outputs['principal-id'])).toHaveLength(3)
    await stage.runInProcess({ ...NONE, operation: 'apply' })
    expect(rolesOf(stage, applied.outputs['principal-id'])).toEqual([])
  }))
