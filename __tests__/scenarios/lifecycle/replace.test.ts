import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { withProperties, withVariable } from '../../stage/group-edits.ts'
import { plainLog, planLines, type Result, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { directoryReadersIn, grantsOf, identityOf, refusal, throughIdentity } from '../grants/granted.ts'
import { AT_ONCE, GRANTED } from './life.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(120_000)

type Inputs = Readonly<Record<string, string>>

const APPLY = { ...GRANTED, operation: 'apply' }
const CONSENT = { 'allow-replace': 'true' }

/** Kind of thing that every write is about, since names of grants are GUIDs. */
function kindsOf(result: Result): string[] {
  return requestsTo(result, /containerGroups\/|roleAssignments/i).flatMap(({ method, path }) => {
    if (method === 'GET') return []
    const kind = path.includes('/containerGroups/')
      ? 'group'
      : path.includes('/directory/')
        ? 'directory role'
        : 'grant'
    return [`${method} ${kind}`]
  })
}

const REPLACED = [
  'DELETE grant',
  'DELETE directory role',
  'DELETE group',
  'PUT group',
  'PUT grant',
  'POST directory role',
]

const replacing: readonly {
  readonly what: string
  readonly inputs: (stage: Stage) => Inputs
  readonly line: string
}[] = [
  { what: 'cores', inputs: () => ({ cpu: '2' }), line: '~ cpu 1 → 2  (forces a replace)' },
  { what: 'memory', inputs: () => ({ memory: '3.5' }), line: '~ memory 2 → 3.5  (forces a replace)' },
  {
    what: 'location',
    inputs: () => ({ location: 'northeurope' }),
    line: '~ location "westeurope" → "northeurope"  (forces a replace)',
  },
  {
    what: 'identity',
    inputs: (stage) => ({ ...throughIdentity(stage), 'identity-type': 'both' }),
    line: '~ identity.type "SystemAssigned" → "SystemAssigned, UserAssigned"  (forces a replace)',
  },
]

test.each(replacing)('other $what: refused before any write, replaced on consent', ({ inputs, line }) =>
  onStage(async (stage) => {
    const first = await stage.runInProcess(APPLY)
    const former = first.outputs['principal-id'] ?? ''
    const wanted = { ...APPLY, ...inputs(stage) }

    const planned = await stage.runInProcess({ ...wanted, operation: 'plan' })
    expect(planned.outputs).toMatchObject({ outcome: 'pending', 'to-replace': '3', 'to-create': '0', 'to-delete': '0' })
    expect(planLines(planned)).toContain(line)
    expect(plainLog(planned)).toContain('Apply refuses this plan unless the step says `allow-replace: true`.')
    const refused = await stage.runInProcess(wanted)
    expectFailure(refused, 'replace-refused', 'allow-replace: true', 'Nothing was changed')
    expect(writesOf(refused)).toEqual([])
    expect(planLines(refused)).toEqual(planLines(planned))

    const replaced = await stage.runInProcess({ ...wanted, ...CONSENT })
    expect([replaced.exitCode, replaced.outputs.outcome]).toEqual([0, 'applied'])
    expect(kindsOf(replaced).slice(0, 2).sort()).toEqual(REPLACED.slice(0, 2).sort())
    expect(kindsOf(replaced).slice(2, 4)).toEqual(REPLACED.slice(2, 4))
    expect(kindsOf(replaced).slice(4).sort()).toEqual(REPLACED.slice(4).sort())
    const principal = replaced.outputs['principal-id'] ?? ''
    expect(principal).not.toBe(former)
    expect([grantsOf(stage, former), grantsOf(stage, principal).length]).toEqual([[], 1])
    expect(directoryReadersIn(stage)).toEqual([principal])
    expect((await stage.runInProcess({ ...wanted, operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, AT_ONCE),
)

test('the absence of the group is awaited before the new one is made', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const { control } = stage
    const path = '/containerGroups/apono-connector$'
    // Azure may still show a group for a moment after it took the order to delete it.
    const shown = { kind: 'reply', status: 200, body: { ...shownGroup(stage), properties: deleting(stage) } } as const
    control.injectFault({ name: 'observed', method: 'GET', path, on: 3, effect: shown })
    const replaced = await stage.runInProcess({ ...APPLY, ...CONSENT, cpu: '2' })
    expect(replaced.exitCode).toBe(0)
    const course = requestsTo(replaced, new RegExp(path)).map(({ method, status }) => `${method} ${status}`)
    const between = course.slice(course.indexOf('DELETE 200') + 1, course.indexOf('PUT 201'))
    expect([between.at(0), between.at(-1)]).toEqual(['GET 200', 'GET 404'])
  }, AT_ONCE))

test('with a user-assigned identity the grants stay where they are', () =>
  onStage(async (stage) => {
    const inputs = { ...APPLY, ...throughIdentity(stage) }
    await stage.runInProcess(inputs)
    const granted = [grantsOf(stage), directoryReadersIn(stage)]
    const replaced = await stage.runInProcess({ ...inputs, ...CONSENT, cpu: '2' })
    expect([replaced.exitCode, kindsOf(replaced)]).toEqual([0, ['DELETE group', 'PUT group']])
    expect(replaced.outputs['principal-id']).toBe(identityOf(stage).principal)
    expect([grantsOf(stage), directoryReadersIn(stage)]).toEqual(granted)
  }, AT_ONCE))

test.each(['Succeeded', 'Failed'])('a group that came to its end (%s) is replaced on the same terms', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.control.setContainerBehaviour('exits')
    stage.control.setTiming({ exitAfterMs: 0 })
    stage.edit(withProperties((properties) => ({ ...properties, restartPolicy: 'Never' })))
    const refused = await stage.runInProcess(APPLY)
    expectFailure(refused, 'replace-refused')
    expect(writesOf(refused)).toEqual([])
    stage.control.setContainerBehaviour('running')
    const replaced = await stage.runInProcess({ ...APPLY, ...CONSENT })
    expect([replaced.exitCode, writesOf(replaced)[2]]).toEqual([0, 'DELETE apono-connector'])
  }, AT_ONCE),
)

const FORBIDDEN = refusal(
  400,
  'InvalidContainerGroupUpdate',
  "The updates on container group 'apono-connector' are invalid.",
)

function forbidUpdate({ control }: Stage): void {
  control.injectFault({ name: 'forbidden', method: 'PUT', path: '/containerGroups/', on: 1, effect: FORBIDDEN })
}

test('an update that Azure refuses in place becomes a replace, on consent', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const wanted = { ...APPLY, 'connector-version': 'v1.7.7' }
    forbidUpdate(stage)
    const refused = await stage.runInProcess(wanted)
    expectFailure(refused, 'replace-refused', 'Azure does not change "apono-connector" in place')
    expect(kindsOf(refused)).toEqual(['PUT group'])

    forbidUpdate(stage)
    const replaced = await stage.runInProcess({ ...wanted, ...CONSENT })
    expect([replaced.exitCode, replaced.outputs.outcome, replaced.outputs['to-replace']]).toEqual([0, 'applied', '3'])
    expect(kindsOf(replaced)).toHaveLength(1 + REPLACED.length)
    expect(grantsOf(stage, replaced.outputs['principal-id'])).toHaveLength(1)
    expect((await stage.runInProcess({ ...wanted, operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, AT_ONCE))

test('the refusal of an update in place says which input gives consent', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    forbidUpdate(stage)
    expectFailure(
      await stage.runInProcess({ ...APPLY, 'connector-version': 'v1.7.7' }),
      'replace-refused',
      'allow-replace: true',
    )
  }, AT_ONCE))

test('that replace is judged like any: a lock stops it before the grants of the old principal go', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const id = stage.control.addLock({ scope: stage.groupId(), name: 'keep', level: 'CanNotDelete' })
    const granted = [grantsOf(stage), directoryReadersIn(stage)]
    forbidUpdate(stage)
    const locked = await stage.runInProcess({ ...APPLY, ...CONSENT, 'connector-version': 'v1.7.7' })
    expectFailure(locked, 'scope-locked', id)
    expect(kindsOf(locked)).toEqual(['PUT group'])
    expect([grantsOf(stage), directoryReadersIn(stage)]).toEqual(granted)
  }, AT_ONCE))

test('that cannot be planned because of an error does not make forgotten what was done before', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    forbidUpdate(stage)
    const effect = refusal(403, 'AuthorizationFailed', 'The client does not have authorization.')
    stage.control.injectFault({ name: 'list', method: 'GET', path: '/containerGroups$', on: 2, effect })
    const failed = await stage.runInProcess({ ...APPLY, ...CONSENT, 'connector-version': 'v1.7.7' })
    expectFailure(failed, 'permission-denied')
    expect(failed.summary).toContain('Not finished')
    expect(plainLog(failed)).toContain('The container group "apono-connector" was not finished.')
    expect(failed.summary).not.toContain('Nothing was changed')
  }, AT_ONCE))

test('a repair goes the same way: what Azure refuses in place is replaced, on consent', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    forbidUpdate(stage)
    const repaired = await stage.runInProcess({ ...APPLY, ...CONSENT, operation: 'drift', 'auto-repair': 'true' })
    expect([repaired.exitCode, repaired.outputs.outcome, repaired.outputs['drift-detected']]).toEqual([
      0,
      'drifted',
      'true',
    ])
    expect(kindsOf(repaired)).toHaveLength(1 + REPLACED.length)
    expect((await stage.runInProcess({ ...APPLY, operation: 'plan' })).outputs.outcome).toBe('in-sync')
  }, AT_ONCE))

test('an approved update never becomes a replace nobody approved', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const wanted = { ...APPLY, ...CONSENT, 'connector-version': 'v1.7.7' }
    const planned = await stage.runInProcess({ ...wanted, operation: 'plan' })
    forbidUpdate(stage)
    const applied = await stage.runInProcess({ ...wanted, 'expected-plan': planned.outputs['plan-fingerprint'] ?? '' })
    expectFailure(applied, 'replace-refused')
    expect(kindsOf(applied)).toEqual(['PUT group'])
  }, AT_ONCE))

function shownGroup(stage: Stage) {
  return {
    id: stage.groupId(),
    name: 'apono-connector',
    type: 'Microsoft.ContainerInstance/containerGroups',
    location: 'westeurope',
  }
}

function deleting(_stage: Stage) {
  return {
    provisioningState: 'Deleting',
    osType: 'Linux',
    containers: [
      { name: 'apono-connector', properties: { image: 'x', resources: { requests: { cpu: 1, memoryInGB: 2 } } } },
    ],
  }
}
