import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { type Result, writesOf } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  grantsOf,
  identityOf,
  MANAGEMENT_GROUP,
  READER,
  subscriptionOf,
  throughIdentity,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

const AT_GROUP = { permissions: 'management-group', 'management-group': 'mg-platform' }
const ELSEWHERE = '11111111-1111-4111-8111-111111111111'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** An apply that has to end before it writes anything. */
async function refused(inputs: Inputs): Promise<Result> {
  const before = [grantsOf(stage), stage.stored()]
  const result = await stage.run({ permissions: 'subscription', ...inputs, operation: 'apply' })
  expect([result.exitCode, writesOf(result), [grantsOf(stage), stage.stored()]]).toEqual([1, [], before])
  return result
}

const extra = (role: string, scope: string): Inputs => ({
  permissions: 'none',
  'extra-role-assignments': `- role: ${role}\n  scope: ${scope}`,
})
const guids = (count: number) =>
  Array.from({ length: count }, (_, index) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`).join()

test.each<[string, Inputs, string[]]>([
  ['no permissions', { permissions: '' }, ['permissions', 'none, subscription, management-group']],
  ['permissions nobody knows', { permissions: 'owner' }, ['permissions', 'example: permissions: subscription']],
  ['no management group', { permissions: 'management-group' }, ['management-group', 'example: management-group: mg-']],
  [
    'the display name of a management group',
    { permissions: 'management-group', 'management-group': 'Acme Platform' },
    ['management-group', 'the id of a management group, not its display name'],
  ],
  ['a management group with nothing for it', { 'management-group': 'mg-platform' }, ['management-group: is set, but']],
  [
    'directory readers without permissions',
    { permissions: 'none', 'directory-readers': 'true' },
    ['directory-readers: says something about permissions that are not given.'],
  ],
  [
    'locks without permissions',
    { permissions: 'none', 'disable-locks': 'true' },
    ['disable-locks: says something about permissions that are not given.'],
  ],
  [
    'a limit without permissions',
    { permissions: 'none', 'constrain-roles': 'privileged' },
    ['constrain-roles: says something about permissions that are not given.'],
  ],
  ['a limit among roles', { 'constrain-roles': 'Reader\nprivileged' }, ['"privileged" among roles']],
  ['a condition over 8 KB', { 'constrain-roles': guids(120) }, ['120 roles', 'Azure takes 8192']],
  [
    'the id of something that is no identity',
    {
      'identity-type': 'UserAssigned',
      'identity-ids': `/subscriptions/${ELSEWHERE}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v`,
    },
    ['identity-ids', 'which is no such id', 'userAssignedIdentities/<name>'],
  ],
  ['a user-assigned identity without an id', { 'identity-type': 'UserAssigned' }, ['identity-ids', 'one per line']],
  ['an id without a user-assigned identity', { 'identity-ids': 'x' }, ['identity-ids']],
  ['a scope that is none', extra('Reader', 'rg-apono'), ['entry 1 whose scope "rg-apono" is no id']],
  ['no list', { 'extra-role-assignments': 'Reader' }, ['is not a YAML list']],
  ['broken YAML', { 'extra-role-assignments': '- role: [' }, ['is not a YAML list']],
  ['an entry without a scope', { 'extra-role-assignments': '- role: Reader' }, ['entry 1 without a scope']],
])('%s: named with what is allowed, and nothing is even sent', async (_what, inputs, said) => {
  const result = await refused(inputs)
  expectFailure(result, 'invalid-inputs', ...said)
  expect(result.requests).toEqual([])
})

test.each<[string, Inputs, string, string]>([
  ['by name', { permissions: 'subscription' }, 'User Access Administrator', '{sub}'],
  ['by name, in another casing', { permissions: 'subscription' }, 'user access administrator', '{SUB}'],
  ['by GUID', { permissions: 'subscription', 'constrain-roles': 'privileged' }, ACCESS_ADMINISTRATOR, '{sub}'],
  ['of locks', { permissions: 'subscription', 'disable-locks': 'true' }, 'Tag Contributor', '{sub}'],
  ['at a management group', AT_GROUP, 'User Access Administrator', MANAGEMENT_GROUP.replace('mg-', 'MG-')],
])('a further grant that permissions make already is refused, since it would lift their limit: %s', async (...row) => {
  const [, inputs, role, place] = row
  const subscription = subscriptionOf(stage)
  const scope = place
    .replace('{sub}', subscription)
    .replace('{SUB}', subscription.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/'))
  const entries = `- { role: Reader, scope: ${scope} }\n- { role: ${role}, scope: ${scope} }`
  const result = await refused({ ...inputs, 'extra-role-assignments': entries })
  expectFailure(result, 'invalid-inputs', `entry 2 that grants "${role}" where it is granted already`)
  expect(result.requests).toEqual([])
})

test('a further grant that is listed twice is refused', async () => {
  const scope = subscriptionOf(stage)
  const entries = `- { role: Reader, scope: ${scope} }\n- { role: ${READER.toUpperCase()}, scope: ${scope} }`
  const result = await refused({ permissions: 'none', 'extra-role-assignments': entries })
  expectFailure(result, 'invalid-inputs', 'entry 2 that grants', 'each once')
})

test('a role that does not exist is named, with how to see all roles', async () => {
  for (const inputs of [{ 'constrain-roles': 'Reader\nRaeder' }, extra('Raeder', subscriptionOf(stage))]) {
    const result = await refused(inputs)
    expectFailure(result, 'role-not-found', 'There is no role "Raeder"', 'az role definition list', 'constrain-roles')
  }
})

test('an identity of another tenant is told apart', async () => {
  const { id } = identityOf(stage)
  const tenantId = stage.sandbox.inputs['tenant-id'] ?? ''
  stage.control.patchResource(id, { properties: { tenantId: ELSEWHERE } })
  const result = await refused(throughIdentity(stage))
  expectFailure(result, 'identity-not-usable', id, 'is not of the tenant', 'Correct `identity-ids`, or `tenant-id`')
  stage.control.patchResource(id, { properties: { tenantId } })
})

test('a condition just under 8 KB is taken', async () => {
  // So many roles exist nowhere here.
  const effect = { kind: 'reply', status: 200, body: { name: 'a role' } } as const
  stage.control.injectFault({ name: 'roles', method: 'GET', path: '/roleDefinitions/', on: 'every', effect })
  const inputs = { permissions: 'subscription', 'directory-readers': 'false', 'constrain-roles': guids(101) }
  const applied = await stage.run({ ...inputs, name: 'long', operation: 'apply' })
  stage.control.clearFaults()
  const [grant] = grantsOf(stage, applied.outputs['principal-id'])
  expect([applied.exitCode, (grant?.condition ?? '').length > 7_900]).toEqual([0, true])
})

test.each([['missing'], ['missing, behind one that exists']])('an identity that is %s is named', async (which) => {
  const { id } = identityOf(stage)
  const ids = which === 'missing' ? `${id}-gone` : `${id}\n${id}-gone`
  const result = await refused({ 'identity-type': 'UserAssigned', 'identity-ids': ids })
  expectFailure(result, 'identity-not-usable', `${id}-gone`, 'identity-ids')
})

test('a management group that nobody knows is found before anything is written', async () => {
  const result = await refused({ permissions: 'management-group', 'management-group': 'mg-nothing' })
  expectFailure(result, 'scope-not-found', 'mg-nothing', 'not the display name', 'az account management-group list')
})

test('a scope in another tenant is named, and not the subscription of the run', async () => {
  const result = await refused(extra('Reader', `/subscriptions/${ELSEWHERE}`))
  expectFailure(result, 'scope-not-found', `/subscriptions/${ELSEWHERE}`, 'extra-role-assignments')
})

test('a scope in a resource group that does not exist is named, and not the group of the run', async () => {
  const result = await refused(extra('Reader', `${subscriptionOf(stage)}/resourceGroups/rg-nowhere`))
  expectFailure(result, 'scope-not-found', 'rg-nowhere', 'extra-role-assignments')
})

test.each([
  ['of nobody', ELSEWHERE],
  ['of Entra, not of Azure', '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'],
])('the GUID of a role %s is found before anything is written', async (_which, guid) => {
  for (const inputs of [extra(guid, subscriptionOf(stage)), { 'constrain-roles': `Reader\n${guid}` }])
    expectFailure(await refused(inputs), 'role-not-found', `There is no role "${guid}"`, 'az role definition list')
})

test('a slash at the end of a scope is no mistake', async () => {
  const planned = await stage.run(extra('Reader', `${subscriptionOf(stage)}/`))
  expect(planned.outputs['failure-reason']).toBe('')
})
