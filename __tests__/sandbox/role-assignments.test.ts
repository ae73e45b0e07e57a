import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmReply, type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'

const version = '2022-04-01'
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
const userAccessAdministrator = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
const condition =
  "!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) OR @Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEqualsIgnoreCase 'User'"

let arm: ArmSession
beforeAll(async () => {
  arm = await startArmSession()
})
afterAll(() => arm.sandbox.close())

function user(): string {
  return arm.sandbox.control.addMember({ kind: 'User', displayName: 'somebody' }).objectId
}

function assignmentPath(name: string, scope = arm.resourceGroup): string {
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`
}

function put(properties: object, name: string = randomUUID(), scope = arm.resourceGroup): Promise<ArmReply> {
  const roleDefinitionId = `${arm.subscription}/providers/Microsoft.Authorization/roleDefinitions/${reader}`
  const body = { properties: { roleDefinitionId, ...properties } }
  return arm.send('PUT', assignmentPath(name, scope), { version, body })
}

const codeOf = ({ status, body }: ArmReply) => [status, body.error?.code]

test('a role is given, read and taken back', async () => {
  const name = randomUUID()
  const principalId = user()
  const { status, body } = await put({ principalId }, name)
  expect(status).toBe(201)
  expect(body).toMatchObject({
    id: assignmentPath(name),
    name,
    type: 'Microsoft.Authorization/roleAssignments',
    properties: {
      principalId,
      principalType: 'User',
      scope: arm.resourceGroup,
      condition: null,
      conditionVersion: null,
      createdBy: null,
      description: null,
      delegatedManagedIdentityResourceId: null,
    },
  })
  const read = await arm.send('GET', assignmentPath(name), { version })
  expect(read.body.properties?.createdBy).toBe(body.properties?.updatedBy)
  const deleted = await arm.send('DELETE', assignmentPath(name), { version })
  expect(deleted).toMatchObject({ status: 200, body: { name } })
  expect((await arm.send('DELETE', assignmentPath(name), { version })).status).toBe(204)
  expect(codeOf(await arm.send('GET', assignmentPath(name), { version }))).toEqual([404, 'RoleAssignmentNotFound'])
})

test('the same again is no error, and the description and the condition can change in place', async () => {
  const name = randomUUID()
  const principalId = user()
  const first = await put({ principalId, description: 'one' }, name)
  expect((await put({ principalId, description: 'one' }, name)).status).toBe(201)
  const changed = await put({ principalId, description: 'two', condition, conditionVersion: '2.0' }, name)
  expect(changed.body.properties).toMatchObject({
    description: 'two',
    condition,
    conditionVersion: '2.0',
    createdOn: first.body.properties?.createdOn,
  })
  expect((await put({ principalId }, name)).body.properties).toMatchObject({ description: null, condition: null })
})

test('a second name for what is there is refused with the first one', async () => {
  const name = randomUUID()
  const principalId = user()
  await put({ principalId }, name)
  const again = await put({ principalId })
  expect(codeOf(again)).toEqual([409, 'RoleAssignmentExists'])
  expect(again.body.error?.message).toContain(`is ${name.replaceAll('-', '')}.`)
})

test('a name cannot move to another principal, role or scope', async () => {
  const name = randomUUID()
  const principalId = user()
  await put({ principalId }, name)
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${contributor}`
  const moves = [
    put({ principalId: user() }, name),
    put({ principalId, roleDefinitionId }, name),
    put({ principalId }, name, arm.subscription),
  ]
  for (const move of moves) expect(codeOf(await move)).toEqual([400, 'RoleAssignmentUpdateNotPermitted'])
})

test.each([
  ['condition without a version', { condition }],
  ['condition of another version', { condition, conditionVersion: '1.0' }],
  ['version without a condition', { conditionVersion: '2.0' }],
  ['condition that is none', { condition: `${condition})`, conditionVersion: '2.0' }],
  ['condition over 8 KB', { condition: condition + ' '.repeat(8_192), conditionVersion: '2.0' }],
  ['description over 2 KB', { description: 'x'.repeat(2_049) }],
])('a %s is refused', async (_, properties) => {
  expect((await put({ principalId: user(), ...properties })).status).toBe(400)
})

test('a condition that Azure knows and the sandbox does not is answered 501', async () => {
  const unknown = "@Environment[isPrivateLink] BoolEquals 'true'"
  const reply = await put({ principalId: user(), condition: unknown, conditionVersion: '2.0' })
  expect(codeOf(reply)).toEqual([501, 'SandboxNotImplemented'])
})

test('names, principals and roles must have their form', async () => {
  expect(codeOf(await put({ principalId: user() }, 'not-a-guid'))).toEqual([400, 'InvalidRoleAssignmentId'])
  expect(codeOf(await put({ principalId: 'me' }))).toEqual([400, 'InvalidPrincipalId'])
  expect(codeOf(await put({ principalId: user(), roleDefinitionId: reader }))).toEqual([400, 'InvalidRoleDefinitionId'])
  expect(codeOf(await put({ principalId: user(), principalType: 'Robot' }))).toEqual([400, 'InvalidRequestContent'])
})

test('a fresh identity is believed when its type is told, and found after a while', async () => {
  arm.sandbox.control.setTiming({ replicationMs: 60_000 })
  const group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/fresh`
  const { body } = await arm.send('PUT', group, { body: nginxGroup({}, { identity: { type: 'SystemAssigned' } }) })
  const principalId = body.identity?.principalId
  expect(codeOf(await put({ principalId }))).toEqual([400, 'PrincipalNotFound'])
  expect((await put({ principalId, principalType: 'ServicePrincipal' })).status).toBe(201)
  arm.sandbox.control.advanceClock(60_000)
  expect(codeOf(await put({ principalId, principalType: 'User' }, undefined, group))).toEqual([
    400,
    'UnmatchedPrincipalType',
  ])
  expect((await put({ principalId }, undefined, group)).status).toBe(201)

  const name = randomUUID()
  await put({ principalId }, name, arm.subscription)
  await arm.send('DELETE', group)
  const orphan = await arm.send('GET', assignmentPath(name, arm.subscription), { version })
  expect(orphan.body.properties).toMatchObject({ principalId, principalType: 'Unknown' })
})

test('a subscription and a management group take only so many', async () => {
  const platform = '/providers/Microsoft.Management/managementGroups/mg-platform'
  arm.sandbox.control.setRoleAssignmentLimits({ managementGroup: 2 })
  expect((await put({ principalId: user() }, undefined, platform)).status).toBe(400)
  arm.sandbox.control.setRoleAssignmentLimits({ managementGroup: 3 })
  expect((await put({ principalId: user() }, undefined, platform)).status).toBe(201)
  arm.sandbox.control.setRoleAssignmentLimits({ managementGroup: 500 })
})

test('a scope must exist and be one', async () => {
  const principalId = user()
  const missing = `${arm.subscription}/resourceGroups/nowhere`
  expect(codeOf(await put({ principalId }, undefined, missing))).toEqual([404, 'ResourceGroupNotFound'])
  const group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/nothing`
  expect(codeOf(await put({ principalId }, undefined, group))).toEqual([404, 'ResourceNotFound'])
  const vault = `${arm.resourceGroup}/providers/Microsoft.KeyVault/vaults/any`
  expect((await put({ principalId }, undefined, vault)).status).toBe(201)
  expect(codeOf(await put({ principalId }, undefined, '/nonsense'))).toEqual([403, 'AuthorizationFailed'])
})

test('whoever may not assign roles is refused, with a role that may do all else', async () => {
  const limited = arm.sandbox.control.applications().find(({ displayName }) => displayName === 'limited')
  const theirs = await arm.as(limited?.clientId ?? '')
  const path = assignmentPath(randomUUID())
  const refused = await theirs.send('PUT', path, { version, body: {} })
  expect(codeOf(refused)).toEqual([403, 'AuthorizationFailed'])
  expect(codeOf(await theirs.send('DELETE', path, { version }))).toEqual([403, 'AuthorizationFailed'])
  expect((await theirs.send('GET', assignmentPath(''), { version })).status).toBe(200)
})

test('a role through a group is a role', async () => {
  const { control } = arm.sandbox
  const newcomer = control.addApplication({ displayName: 'member' })
  control.addFederatedCredential(newcomer.clientId)
  const inner = control.addMember({ kind: 'Group', displayName: 'inner', memberIds: [newcomer.objectId] })
  const outer = control.addMember({ kind: 'Group', displayName: 'outer', memberIds: [inner.objectId] })
  control.addRoleAssignment({
    scope: arm.resourceGroup,
    roleDefinitionId: userAccessAdministrator,
    principalId: outer.objectId,
    principalType: 'Group',
  })
  const theirs = await arm.as(newcomer.clientId)
  const properties = {
    roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${reader}`,
    principalId: user(),
  }
  const path = assignmentPath(randomUUID())
  expect((await theirs.send('PUT', path, { version, body: { properties } })).status).toBe(201)
})
