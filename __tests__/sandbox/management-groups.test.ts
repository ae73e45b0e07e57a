import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { fieldsOf, itemsOf } from '../specs/json.ts'
import { type ArmSession, startArmSession } from './arm-session.ts'
import { signable } from './graph-session.ts'

const version = '2021-04-01'
const platform = '/providers/Microsoft.Management/managementGroups/mg-platform'
const elsewhere = '/providers/Microsoft.Management/managementGroups/mg-sandbox'

let arm: ArmSession
let root: string
beforeAll(async () => {
  arm = await startArmSession()
  root = `/providers/Microsoft.Management/managementGroups/${arm.sandbox.inputs['tenant-id']}`
})
afterAll(() => arm.sandbox.close())

test('a management group has an id, another name for people, and a parent', async () => {
  const { status, body } = await arm.send('GET', platform.toUpperCase(), { version })
  expect(status).toBe(200)
  expect(body).toMatchObject({
    id: platform,
    name: 'mg-platform',
    type: 'Microsoft.Management/managementGroups',
    properties: { displayName: 'Acme Platform', details: { parent: { id: root, displayName: 'Tenant Root Group' } } },
  })
})

test.each(['root', 'display name', 'planner'])(
  'what is not readable is refused in words of its own: %s',
  async (what) => {
    const planner = await arm.as(signable(arm.sandbox, 'planner').clientId)
    const path =
      { root, 'display name': platform.replace('mg-platform', 'Acme%20Platform'), planner: platform }[what] ?? ''
    const { status, body } = await (what === 'planner' ? planner : arm).send('GET', path, { version })
    expect(status).toBe(400)
    expect(body).toEqual({
      error: {
        code: 'BadRequest',
        message: 'Reader level access is required on the management group or group ancestors.',
      },
    })
  },
)

test('a list shows the readable ones', async () => {
  const { body } = await arm.send('GET', '/providers/Microsoft.Management/managementGroups', { version })
  expect(body.value).toMatchObject([{ id: platform }, { id: elsewhere }])
  expect(body.value).toHaveLength(2)
})

test('a group beside another has a subscription of its own, and neither sees what is granted at the other', async () => {
  const { body } = await arm.send('GET', '/subscriptions', { version: '2022-12-01' })
  const subscription = `${body.value?.[1]?.id}`
  const group = await arm.send('GET', elsewhere, { version })
  expect(group).toMatchObject({ status: 200, body: { properties: { details: { parent: { id: root } } } } })
  expect((await arm.send('GET', `${subscription}/resourceGroups/rg-sandbox`, { version })).status).toBe(200)

  expect(await scopesAt(subscription)).toEqual(new Set([subscription, elsewhere]))
  expect(await scopesAt(elsewhere)).toEqual(new Set([elsewhere]))
  expect(await scopesAt(arm.subscription)).toEqual(new Set([arm.subscription, platform]))
})

test('what the deployer may do at a management group is not told', async () => {
  for (const scope of [platform, elsewhere]) {
    const path = `${scope}/providers/Microsoft.Authorization/permissions`
    expect((await arm.send('GET', path, { version: '2022-04-01' })).status).toBe(501)
  }
})

test('an expansion is answered 501 and not wrongly', async () => {
  expect((await arm.send('GET', `${platform}?$expand=children`, { version })).status).toBe(501)
})

test('what is given at the root reaches down to a group of resources', async () => {
  const { control } = arm.sandbox
  const newcomer = control.addApplication({ displayName: 'newcomer' })
  control.addFederatedCredential(newcomer.clientId)
  const theirs = await arm.as(newcomer.clientId)
  expect((await theirs.send('GET', arm.resourceGroup, { version })).status).toBe(403)
  const roleDefinitionId = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
  control.addRoleAssignment({ scope: root, roleDefinitionId, principalId: newcomer.objectId })
  expect((await theirs.send('GET', arm.resourceGroup, { version })).status).toBe(200)
  expect((await theirs.send('GET', platform, { version })).status).toBe(200)
})

test('writes at a management group count for the tenant', async () => {
  const principalId = arm.sandbox.control.addMember({ kind: 'User', displayName: 'Alice' }).objectId
  const roleDefinitionId = '/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7'
  const path = `${platform}/providers/Microsoft.Authorization/roleAssignments/11111111-1111-4111-8111-111111111111`
  const body = { properties: { roleDefinitionId, principalId } }
  const reply = await arm.send('PUT', path, { version: '2022-04-01', body })
  expect(reply.status).toBe(201)
  expect(reply.headers.get('x-ms-ratelimit-remaining-tenant-writes')).not.toBeNull()
  expect(reply.body.properties).toMatchObject({ roleDefinitionId, scope: platform })
})

/** Where the role assignments are that hold at a scope. */
async function scopesAt(scope: string): Promise<ReadonlySet<unknown>> {
  const path = `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()`
  const { body } = await arm.send('GET', path, { version: '2022-04-01' })
  return new Set(itemsOf(body.value).map((item) => fieldsOf(fieldsOf(item).properties).scope))
}
