import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, type Result, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { DIRECTORY_PATH, directoryReadersIn, GRANTS_PATH, grantsOf, refusal, throughIdentity } from './granted.ts'

type Inputs = Readonly<Record<string, string>>
type Moment = { readonly when: string; readonly method: string; readonly path: string; readonly on: number }

const EVERYTHING = { permissions: 'subscription', 'disable-locks': 'true', 'constrain-roles': 'privileged' }

/** Ends the run as soon as the request has come in; the service still carries it out, as it does for a caller that is gone. */
async function killedAt(stage: Stage, { method, path, on }: Moment, inputs: Inputs): Promise<Result> {
  const killing = new AbortController()
  stage.control.injectFault({ name: 'slow', method, path, on, effect: { kind: 'delay', ms: 150 } })
  const running = stage.run({ ...inputs, operation: 'apply' }, { kill: killing.signal })
  while ((stage.control.faults()[0]?.matched ?? 0) < on) await sleep(2)
  killing.abort()
  const result = await running
  await sleep(250)
  stage.control.clearFaults()
  return result
}

const moments: readonly Moment[] = [
  { when: 'after the group, before any grant', method: 'PUT', path: GRANTS_PATH, on: 1 },
  { when: 'between two grants', method: 'PUT', path: GRANTS_PATH, on: 2 },
  { when: 'at the directory role', method: 'POST', path: DIRECTORY_PATH, on: 1 },
]

test.concurrent.each(
  moments.flatMap((moment) => [
    { ...moment, identity: 'SystemAssigned' },
    { ...moment, identity: 'UserAssigned' },
  ]),
)('killed $when, a second run finishes the work without granting anything twice ($identity)', (moment) =>
  onStage(async (stage) => {
    const inputs = { ...EVERYTHING, ...(moment.identity === 'UserAssigned' && throughIdentity(stage)) }
    const killed = await killedAt(stage, moment, inputs)
    expect(killed.exitCode).toBeNull()
    const again = await stage.run({ ...inputs, operation: 'apply' })
    expect([again.exitCode, again.outputs['failure-reason']]).toEqual([0, ''])
    const principal = again.outputs['principal-id'] ?? ''
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([2, [principal]])
    expect((await stage.run(inputs)).outputs['has-changes']).toBe('false')
  }),
)

test.concurrent('killed while it takes rights back, a second run takes the rest', () =>
  onStage(async (stage) => {
    const first = await stage.run({ ...EVERYTHING, operation: 'apply' })
    const moment = { when: '', method: 'DELETE', path: 'roleAssignments', on: 2 }
    await killedAt(stage, moment, { permissions: 'none' })
    const again = await stage.run({ permissions: 'none', operation: 'apply' })
    expect(again.exitCode).toBe(0)
    expect([grantsOf(stage, first.outputs['principal-id']), directoryReadersIn(stage)]).toEqual([[], []])
    expect((await stage.run({ permissions: 'none' })).outputs['has-changes']).toBe('false')
  }))

test.concurrent('one grant that is refused: the run says what was granted and what not, and goes on from there', () =>
  onStage(async (stage) => {
    const effect = refusal(
      403,
      'AuthorizationFailed',
      "… to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/x'",
    )
    stage.control.injectFault({ name: 'refused', method: 'PUT', path: GRANTS_PATH, on: 2, effect })
    const failed = await stage.run({ ...EVERYTHING, operation: 'apply' })
    expectFailure(failed, 'permission-denied')
    const principal = failed.outputs['principal-id'] ?? ''
    const [made] = grantsOf(stage, principal)
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([1, [principal]])
    expect(JSON.parse(failed.outputs['role-assignment-ids'] ?? '')).toEqual([made?.id])
    const log = plainLog(failed)
    expect(log).toMatch(/role assignment "User Access Administrator on .*" was created\./)
    expect(log).toMatch(/role assignment "Tag Contributor on .*" was not finished\./)
    expect(log).toMatch(/directory role "Directory Readers" was created\./)

    const planned = await stage.run(EVERYTHING)
    expect([planned.outputs['to-create'], planned.outputs['to-update']]).toEqual(['1', '0'])
    const again = await stage.run({ ...EVERYTHING, operation: 'apply' })
    expect([again.exitCode, writesOf(again).length, grantsOf(stage, principal).length]).toEqual([0, 1, 2])
  }))

test.concurrent('grants that cannot be made stop the group that would need them', () =>
  onStage(async (stage) => {
    const effect = refusal(403, 'AuthorizationFailed', 'no')
    stage.control.injectFault({ name: 'refused', method: 'PUT', path: GRANTS_PATH, on: 'every', effect })
    const inputs = { ...EVERYTHING, ...throughIdentity(stage) }
    const failed = await stage.run({ ...inputs, operation: 'apply' })
    expectFailure(failed, 'permission-denied')
    expect(plainLog(failed)).toContain('The container group "apono-connector" was not tried.')
    expect(stage.stored()).toBeUndefined()
    stage.control.clearFaults()
    expect((await stage.run({ ...inputs, operation: 'apply' })).exitCode).toBe(0)
    expect((await stage.run(inputs)).outputs['has-changes']).toBe('false')
  }))

test.concurrent('an apply that ends in the middle says that a second run goes on from there', () =>
  onStage(async (stage) => {
    const effect = refusal(400, 'Nobody', 'Nobody knows this.')
    stage.control.injectFault({ name: 'refused', method: 'PUT', path: GRANTS_PATH, on: 2, effect })
    const failed = await stage.run({ ...EVERYTHING, operation: 'apply' })
    expectFailure(failed, 'azure-refused', 'Nobody knows this.', 'Running again continues from what is there.')
    expect(plainLog(failed)).toMatch(
      /^Done:\n- .*"apono-connector" was created.*\n(- .*was created\.\n){2}Left:\n- .*not finished\.$/m,
    )
  }))

test.concurrent('an answer that is lost on the way grants nothing twice', () =>
  onStage(async (stage) => {
    stage.control.injectFault({
      name: 'lost',
      method: 'PUT',
      path: GRANTS_PATH,
      effect: { kind: 'drop', when: 'after' },
    })
    const applied = await stage.run({ ...EVERYTHING, operation: 'apply' })
    expect([applied.exitCode, grantsOf(stage, applied.outputs['principal-id']).length]).toEqual([0, 2])
    expect((await stage.run(EVERYTHING)).outputs['has-changes']).toBe('false')
  }))
