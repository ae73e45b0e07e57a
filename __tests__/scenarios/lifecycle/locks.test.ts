import { expect, jest, test } from '@jest/globals'
import { commandIn, expectFailure, flagOf } from '../../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { warningsIn } from '../grants/deployers.ts'
import { directoryReadersIn, grantsOf, refusal, resourceGroupOf, subscriptionOf } from '../grants/granted.ts'
import { AT_ONCE, CONFIRMED, GRANTED } from './life.ts'
import { stateOf } from './state.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

const APPLY = { ...GRANTED, operation: 'apply' }
const REPLACE = { ...APPLY, cpu: '2', 'allow-replace': 'true' }
const LOCKS = /\/providers\/Microsoft\.Authorization\/locks$/

type Place = 'subscription' | 'resource group' | 'container group'

function lock(stage: Stage, place: Place, level: 'CanNotDelete' | 'ReadOnly' = 'CanNotDelete'): string {
  const scope = {
    subscription: subscriptionOf(stage),
    'resource group': resourceGroupOf(stage),
    'container group': stage.groupId(),
  }[place]
  return stage.control.addLock({ scope, name: 'keep', level })
}

test('a lock against a replace is a warning of the plan and stops the apply before its first write', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const id = lock(stage, 'container group')
    const before = stateOf(stage)
    const planned = await stage.runInProcess({ ...REPLACE, operation: 'plan' })
    expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'pending'])
    expect(warningsIn(planned)).toEqual([
      expect.stringContaining('Warning [scope-locked]: A lock forbids what is planned: CanNotDelete on'),
    ])
    expect(planned.summary).toContain(id)

    const locked = await stage.runInProcess(REPLACE)
    expectFailure(locked, 'scope-locked', id, 'Nothing was changed.', 'deleting "apono-connector"')
    expect([writesOf(locked), stateOf(stage)]).toEqual([[], before])

    const command = commandIn(locked, 'az lock delete')
    expect(command).toBe(commandIn(planned, 'az lock delete'))
    expect(stage.control.deleteResource(flagOf(command, 'ids'))).toBe(true)
    const replaced = await stage.runInProcess(REPLACE)
    expect([replaced.exitCode, warningsIn(replaced)]).toEqual([0, []])
    expect(directoryReadersIn(stage)).toEqual([replaced.outputs['principal-id']])
  }, AT_ONCE))

test.each(['subscription', 'resource group', 'container group'] as const)(
  'a lock on the %s stops a destroy before its first write; once it is gone, the destroy is done',
  (place) =>
    onStage(async (stage) => {
      const empty = stateOf(stage)
      await stage.runInProcess({ ...APPLY, replicas: '2' })
      const id = lock(stage, place)
      const before = stateOf(stage)
      const locked = await stage.runInProcess(CONFIRMED)
      expectFailure(locked, 'scope-locked', id, `az lock delete --ids '${id}'`)
      expect([writesOf(locked), stateOf(stage)]).toEqual([[], before])
      stage.control.deleteResource(id)
      expect([(await stage.runInProcess(CONFIRMED)).exitCode, stateOf(stage)]).toEqual([0, empty])
    }, AT_ONCE),
)

test('every lock in the way is named, each with its command', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const ids = [lock(stage, 'subscription'), lock(stage, 'resource group', 'ReadOnly'), lock(stage, 'container group')]
    const locked = await stage.runInProcess(CONFIRMED)
    expectFailure(locked, 'scope-locked', '3 locks forbid what is planned', ...ids)
    for (const id of ids) expect(plainLog(locked)).toContain(`az lock delete --ids '${id}'`)
  }, AT_ONCE))

test('a lock that only keeps from deleting stops neither a create nor a change', () =>
  onStage(async (stage) => {
    lock(stage, 'subscription')
    const created = await stage.runInProcess(APPLY)
    const changed = await stage.runInProcess({ ...APPLY, tags: 'team=a' })
    expect([created, changed].map((run) => [run.exitCode, warningsIn(run)])).toEqual([
      [0, []],
      [0, []],
    ])
  }, AT_ONCE))

test('a lock that makes read-only stops a create and a change of tags', () =>
  onStage(async (stage) => {
    const id = lock(stage, 'resource group', 'ReadOnly')
    const created = await stage.runInProcess(APPLY)
    expectFailure(created, 'scope-locked', id, 'writing "apono-connector"')
    expect(writesOf(created)).toEqual([])
    stage.control.deleteResource(id)
    await stage.runInProcess(APPLY)
    lock(stage, 'resource group', 'ReadOnly')
    expectFailure(await stage.runInProcess({ ...APPLY, tags: 'team=iam' }), 'scope-locked', id)
  }, AT_ONCE))

test('locks are read when there is something to stop, along with the rights, and never otherwise', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess(APPLY)
    expect(requestsTo(applied, LOCKS)).toHaveLength(2)
    lock(stage, 'resource group', 'ReadOnly')
    const again = await stage.runInProcess(APPLY)
    expect([again.exitCode, requestsTo(again, LOCKS), warningsIn(again)]).toEqual([0, [], []])
  }, AT_ONCE))

test('locks on what is none of our business stop nothing', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const { control } = stage
    const scope = `${subscriptionOf(stage)}/resourceGroups/rg-other`
    control.addLock({ scope, name: 'keep', level: 'ReadOnly' })
    control.addLock({ scope: `${stage.groupId()}-2`, name: 'keep', level: 'ReadOnly' })
    const destroyed = await stage.runInProcess(CONFIRMED)
    expect([destroyed.exitCode, warningsIn(destroyed)]).toEqual([0, []])
  }, AT_ONCE))

test('locks that cannot be read are a note; when Azure refuses after all, its error names them', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const id = lock(stage, 'container group')
    const effect = refusal(403, 'AuthorizationFailed', 'No.')
    stage.control.injectFault({ name: 'unreadable', path: '/locks$', on: 1, effect })
    stage.control.injectFault({ name: 'unreadable too', path: '/locks$', on: 2, effect })
    const locked = await stage.runInProcess(CONFIRMED)
    expectFailure(locked, 'scope-locked', id, `az lock delete --ids '${id}'`, '409 ScopeLocked')
    expect(plainLog(locked)).toContain(`Note: The locks on ${resourceGroupOf(stage)} could not be read.`)
    expect(stage.stored()).toBeDefined()
    stage.control.deleteResource(id)
    expect((await stage.runInProcess(CONFIRMED)).exitCode).toBe(0)
  }, AT_ONCE))

test('when Azure refuses and locks cannot be read at all, the error says how to look for them', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    lock(stage, 'container group')
    const effect = refusal(403, 'AuthorizationFailed', 'No.')
    stage.control.injectFault({ name: 'unreadable', path: '/locks$', on: 'every', effect })
    expectFailure(await stage.runInProcess(CONFIRMED), 'scope-locked', 'az lock list', stage.groupId())
  }, AT_ONCE))

test('a repair of drift is stopped by locks in its own way alone', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess(APPLY)
    const [grant] = grantsOf(stage, applied.outputs['principal-id'])
    stage.control.deleteResource(grant?.id ?? '')
    lock(stage, 'resource group', 'ReadOnly')
    const drift = { ...APPLY, tags: 'team=iam', operation: 'drift', 'auto-repair': 'true' }
    const repaired = await stage.runInProcess(drift)
    expect([repaired.outputs['failure-reason'], writesOf(repaired)]).toEqual(['', [`PUT ${grant?.name}`]])
  }, AT_ONCE))

test('a policy that denies is named with its assignment, and how to read it and to be exempted', () =>
  onStage(async (stage) => {
    const scope = subscriptionOf(stage)
    const id = stage.control.addPolicy({ scope, name: 'cost', displayName: 'Require cost', requiredTag: 'cost' })
    const denied = await stage.runInProcess(APPLY)
    expectFailure(denied, 'policy-denied', `Require cost (${id})`)
    expect(commandIn(denied, 'az policy assignment show')).toBe(
      `az policy assignment show --name 'cost' --scope '${scope}'`,
    )
    const exemption = commandIn(denied, 'az policy exemption create')
    expect([flagOf(exemption, 'policy-assignment'), flagOf(exemption, 'scope')]).toEqual([id, resourceGroupOf(stage)])
    const met = await stage.runInProcess({ ...APPLY, tags: 'cost=42' })
    expect(met.exitCode).toBe(0)
  }, AT_ONCE))
