import { randomUUID } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { plainLog, planLines, writesOf } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  grantsOf,
  identityOf,
  OWNER,
  resourceGroupOf,
  subscriptionOf,
  throughIdentity,
} from './granted.ts'

const SUBSCRIPTION = { permissions: 'subscription', 'directory-readers': 'false' }

/** A grant that was there before this action came. */
function givenBefore(stage: Stage, like: { name?: string; condition?: string; description?: string } = {}): string {
  const { principal: principalId } = identityOf(stage)
  const scope = subscriptionOf(stage)
  return stage.control.addRoleAssignment({ scope, roleDefinitionId: ACCESS_ADMINISTRATOR, principalId, ...like })
}

test.each([
  ['by hand, with az', {}],
  ['by Terraform', { description: 'Managed by Terraform' }],
  ['by Bicep, whose guid() keeps capitals', { name: '5F1C1B64-2A0A-5C55-9D5C-0F3A0D7B8E11' }],
])('a grant made %s is adopted under its own name', (_by, like) =>
  onStage(async (stage) => {
    const id = givenBefore(stage, like)
    const inputs = { ...SUBSCRIPTION, ...throughIdentity(stage) }
    const planned = await stage.runInProcess(inputs)
    expect(planned.outputs).toMatchObject({ 'to-create': '1', 'to-update': '1' })
    expect(plainLog(planned)).toContain('is granted already, without our mark: it is adopted and marked.')

    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, [`PUT ${id.split('/').at(-1)}`, 'PUT apono-connector']])
    const grants = grantsOf(stage, identityOf(stage).principal)
    expect(grants).toEqual([
      expect.objectContaining({ id, description: expect.stringContaining('kept by azure-connector-action') }),
    ])
    expect(JSON.parse(applied.outputs['role-assignment-ids'] ?? '')).toEqual([id])
    expect((await stage.runInProcess(inputs)).outputs['has-changes']).toBe('false')
  }),
)

test('a grant wider than wanted shows, and is narrowed in place', () =>
  onStage(async (stage) => {
    const id = givenBefore(stage)
    const inputs = { ...SUBSCRIPTION, ...throughIdentity(stage), 'constrain-roles': 'privileged' }
    const planned = await stage.runInProcess(inputs)
    expect(planLines(planned).some((line) => /^\+ condition ".*GuidNotEquals/.test(line))).toBe(true)
    await stage.runInProcess({ ...inputs, operation: 'apply' })
    const grants = grantsOf(stage, identityOf(stage).principal)
    expect(grants).toEqual([expect.objectContaining({ id, condition: expect.stringContaining('GuidNotEquals') })])
  }))

test.each([
  ['taken away', { condition: null, conditionVersion: null }, '+ condition '],
  [
    'another',
    {
      condition:
        '@Request[Microsoft.Authorization/roleAssignments:PrincipalId] ForAnyOfAnyValues:GuidEquals {8e3af657-a8ff-443c-a75c-2fe8c4bcb635}',
    },
    '~ condition ',
  ],
  ['the mark', { description: 'mine now' }, '~ description '],
])('what somebody changed on a grant is put right under its name: %s', (_what, properties, line) =>
  onStage(async (stage) => {
    const inputs = { ...SUBSCRIPTION, 'constrain-roles': 'privileged' }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    const before = grantsOf(stage, applied.outputs['principal-id'])
    stage.control.patchResource(before[0]?.id ?? '', { properties })

    const planned = await stage.runInProcess(inputs)
    expect([planned.outputs['to-update'], planned.outputs['to-create']]).toEqual(['1', '0'])
    expect(planLines(planned)).toEqual([expect.stringContaining(line)])
    const repaired = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(writesOf(repaired)).toEqual([`PUT ${before[0]?.name}`])
    expect(grantsOf(stage, applied.outputs['principal-id'])).toEqual(before)
    expect((await stage.runInProcess(inputs)).outputs['has-changes']).toBe('false')
  }),
)

test('a condition that differs in blanks only is the same', () =>
  onStage(async (stage) => {
    const inputs = { ...SUBSCRIPTION, 'constrain-roles': 'privileged' }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    const [grant] = grantsOf(stage, applied.outputs['principal-id'])
    const condition = grant?.condition?.replaceAll(' AND ', '\n  AND\n  ') ?? ''
    stage.control.patchResource(grant?.id ?? '', { properties: { condition } })
    expect((await stage.runInProcess(inputs)).outputs['has-changes']).toBe('false')
  }))

test('lifting the limit is an update that takes the condition off', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...SUBSCRIPTION, 'constrain-roles': 'Reader', operation: 'apply' })
    const [before] = grantsOf(stage, applied.outputs['principal-id'])
    const lifted = await stage.runInProcess({ ...SUBSCRIPTION, operation: 'apply' })
    expect(writesOf(lifted)).toEqual([`PUT ${before?.name}`, 'PATCH apono-connector'])
    expect(plainLog(lifted)).toContain('has a condition, which is taken away: the grant becomes wider.')
    expect(grantsOf(stage, applied.outputs['principal-id'])).toEqual([{ ...before, condition: null }])
  }))

test('a limit that somebody set by hand is not lifted without saying so', () =>
  onStage(async (stage) => {
    const limit = `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {${OWNER}}`
    const id = givenBefore(stage, { condition: limit })
    const inputs = { ...SUBSCRIPTION, ...throughIdentity(stage) }
    const planned = await stage.runInProcess(inputs)
    expect(planLines(planned)).toContainEqual(expect.stringMatching(/^- condition ".*GuidNotEquals/))
    for (const said of [
      'is granted already, without our mark: it is adopted and marked.',
      'has a condition, which is taken away: the grant becomes wider.',
    ]) {
      expect(plainLog(planned)).toContain(said)
      expect(planned.summary).toContain(said)
    }
    await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(grantsOf(stage, identityOf(stage).principal)).toEqual([expect.objectContaining({ id, condition: null })])
  }))

test('rights that somebody else gave the connector are mentioned and left alone', () =>
  onStage(async (stage) => {
    const { principal: principalId } = identityOf(stage)
    const inputs = { ...SUBSCRIPTION, ...throughIdentity(stage) }
    await stage.runInProcess({ ...inputs, operation: 'apply' })
    const scope = resourceGroupOf(stage)
    const foreign = stage.control.addRoleAssignment({ scope, roleDefinitionId: OWNER, principalId, name: randomUUID() })
    for (const operation of ['plan', 'apply']) {
      const run = await stage.runInProcess({ ...inputs, operation })
      expect([run.exitCode, run.outputs['has-changes'], writesOf(run)]).toEqual([0, 'false', []])
      expect(plainLog(run)).toContain('holds further rights that this action did not give and leaves alone: Owner on')
    }
    // Not even when nothing is granted any more.
    await stage.runInProcess({ ...throughIdentity(stage), permissions: 'none', operation: 'apply' })
    expect(grantsOf(stage, principalId).map(({ id }) => id)).toEqual([foreign])
  }))

test('a right that the connector inherits is not taken for the one that is wanted', () =>
  onStage(async (stage) => {
    const { principal: principalId } = identityOf(stage)
    const above = '/providers/Microsoft.Management/managementGroups/mg-platform'
    const inherited = { scope: above, roleDefinitionId: ACCESS_ADMINISTRATOR, principalId }
    const id = stage.control.addRoleAssignment(inherited)
    const inputs = { ...SUBSCRIPTION, ...throughIdentity(stage) }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(applied.outputs).toMatchObject({ 'to-create': '2', 'to-update': '0', outcome: 'applied' })
    expect(plainLog(applied)).toContain(`leaves alone: User Access Administrator on ${above}`)
    expect(grantsOf(stage, principalId).map((grant) => [grant.id === id, grant.scope])).toEqual([
      [true, above],
      [false, subscriptionOf(stage)],
    ])
  }))
