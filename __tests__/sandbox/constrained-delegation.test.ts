import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmReply, type ArmSession, startArmSession } from './arm-session.ts'

const version = '2022-04-01'
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
const administrator = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
const namespace = 'Microsoft.Authorization/roleAssignments'

/** Only Reader, and only for people: one block for what is written, one for what is there. */
const condition = ['write', 'delete']
  .map((verb) => {
    const source = verb === 'write' ? '@Request' : '@Resource'
    return `((!(ActionMatches{'${namespace}/${verb}'})) OR (${source}[${namespace}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${reader}} AND ${source}[${namespace}:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'User','Group'}))`
  })
  .join(' AND ')

let arm: ArmSession
let constrained: ArmSession
let objectId: string
let alice: string
beforeAll(async () => {
  arm = await startArmSession()
  const { control } = arm.sandbox
  alice = control.addMember({ kind: 'User', displayName: 'Alice' }).objectId
  const application = control.addApplication({ displayName: 'constrained' })
  objectId = application.objectId
  control.addFederatedCredential(application.clientId)
  const scope = arm.resourceGroup
  control.addRoleAssignment({ scope, roleDefinitionId: administrator, principalId: objectId, condition })
  constrained = await arm.as(application.clientId)
})
afterAll(() => arm.sandbox.close())

function put(by: ArmSession, role: string, principalId: string, name: string = randomUUID()): Promise<ArmReply> {
  const roleDefinitionId = `${arm.subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`
  const path = `${arm.resourceGroup}/providers/${namespace}/${name}`
  return by.send('PUT', path, { version, body: { properties: { roleDefinitionId, principalId } } })
}

test('what the condition allows is done', async () => {
  const name = randomUUID()
  expect((await put(constrained, reader, alice, name)).status).toBe(201)
  const path = `${arm.resourceGroup}/providers/${namespace}/${name}`
  expect((await constrained.send('DELETE', path, { version })).status).toBe(200)
})

test('what only the condition forbids is refused in words that say so', async () => {
  for (const refused of [await put(constrained, owner, alice), await put(constrained, reader, objectId)]) {
    expect([refused.status, refused.body.error?.code]).toEqual([403, 'AuthorizationFailed'])
    expect(refused.body.error?.message).toContain(
      `does not have authorization or an ABAC condition not fulfilled to perform action '${namespace}/write'`,
    )
  }
})

test('what others were given cannot be taken away', async () => {
  const name = randomUUID()
  await put(arm, owner, alice, name)
  const path = `${arm.resourceGroup}/providers/${namespace}/${name}`
  const refused = await constrained.send('DELETE', path, { version })
  expect(refused.body.error?.message).toContain('ABAC condition not fulfilled')
})

test('the condition leaves everything else alone, and is not in the permissions', async () => {
  const list = await constrained.send('GET', `${arm.resourceGroup}/providers/${namespace}`, { version })
  expect(list.status).toBe(200)
  const permissions = `${arm.resourceGroup}/providers/Microsoft.Authorization/permissions`
  const { body } = await constrained.send('GET', permissions, { version })
  expect(body).toEqual({
    value: [
      {
        actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
        notActions: [],
        dataActions: [],
        notDataActions: [],
      },
    ],
  })
})

test('the control surface answers the question without anybody signing in', async () => {
  const asked = { action: 'write', scope: arm.resourceGroup, principalId: alice, principalType: 'User' } as const
  const { control, origin } = arm.sandbox
  expect(control.mayAssign(objectId, { ...asked, roleDefinitionId: reader })).toBe(true)
  expect(control.mayAssign(objectId, { ...asked, roleDefinitionId: owner })).toBe(false)
  expect(control.mayAssign(objectId, { ...asked, roleDefinitionId: reader, scope: arm.subscription })).toBe(false)
  const response = await fetch(`${origin}/_sandbox/may-assign`, {
    method: 'POST',
    body: JSON.stringify({ ...asked, caller: objectId, roleDefinitionId: reader }),
  })
  expect(await response.json()).toEqual({ mayAssign: true })
})

test('a condition that cannot be read is refused by the control surface', () => {
  const assignment = { scope: arm.resourceGroup, roleDefinitionId: administrator, principalId: alice }
  expect(() => arm.sandbox.control.addRoleAssignment({ ...assignment, condition: 'true' })).toThrow(RangeError)
})
