import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let group: string

beforeAll(async () => {
  arm = await startArmSession()
  group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/web`
})
afterAll(() => arm.sandbox.close())

/** Someone new, with a role at a scope or with none. */
async function newcomer(roleDefinitionId?: string, scope = arm.resourceGroup) {
  const application = arm.sandbox.control.addApplication({ displayName: 'newcomer' })
  arm.sandbox.control.addFederatedCredential(application.clientId)
  if (roleDefinitionId !== undefined) {
    arm.sandbox.control.addRoleAssignment({ scope, roleDefinitionId, principalId: application.objectId })
  }
  return { application, arm: await arm.as(application.clientId) }
}

const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const containerInstancesContributor = '5d977122-f97e-4b4d-a52f-6b43003ddb4d'
const userAccessAdministrator = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'

test('a reader may look and not write, and is told so in full', async () => {
  const { arm: theirs, application } = await newcomer(reader, arm.subscription)
  expect((await theirs.send('GET', arm.resourceGroup, { version: '2021-04-01' })).status).toBe(200)
  const { status, body } = await theirs.send('PUT', group, { body: nginxGroup() })
  expect(status).toBe(403)
  expect(body).toEqual({
    error: {
      code: 'AuthorizationFailed',
      message: `The client '${application.clientId}' with object id '${application.objectId}' does not have authorization to perform action 'Microsoft.ContainerInstance/containerGroups/write' over scope '${group}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    },
  })
})

test('a role on one resource group says nothing about its neighbour', async () => {
  const { arm: theirs } = await newcomer(containerInstancesContributor)
  expect((await theirs.send('PUT', group, { body: nginxGroup() })).status).toBe(201)
  const other = group.replace('rg-apono', 'rg-other')
  expect((await theirs.send('PUT', other, { body: nginxGroup() })).status).toBe(403)
  const groups = await theirs.send('GET', `${arm.subscription}/resourceGroups`, { version: '2021-04-01' })
  expect(groups.body.value).toMatchObject([{ name: 'rg-apono' }])
  expect(groups.body.value).toHaveLength(1)
})

test('an operation can be watched by whoever may do no more than run it', async () => {
  const { arm: theirs } = await newcomer(containerInstancesContributor)
  const { headers } = await theirs.send('PUT', `${group}-watched`, { body: nginxGroup() })
  const operation = headers.get('azure-asyncoperation') ?? ''
  expect((await theirs.send('GET', operation)).status).toBe(200)
})

test('scopes and actions are compared without regard to casing', async () => {
  const { arm: theirs } = await newcomer(containerInstancesContributor, arm.resourceGroup.toUpperCase())
  const { status } = await theirs.send('PUT', `${group.replace('resourceGroups', 'resourcegroups')}-b`, {
    body: nginxGroup(),
  })
  expect(status).toBe(201)
})

test('whoever has no role anywhere does not see the subscription', async () => {
  const { arm: theirs } = await newcomer()
  const one = await theirs.send('GET', arm.subscription, { version: '2022-12-01' })
  expect([one.status, one.body.error?.code]).toEqual([404, 'SubscriptionNotFound'])
  const all = await theirs.send('GET', '/subscriptions', { version: '2022-12-01' })
  expect(all.body).toMatchObject({ value: [] })
  const resourceGroup = await theirs.send('GET', arm.resourceGroup, { version: '2021-04-01' })
  expect([resourceGroup.status, resourceGroup.body.error?.code]).toEqual([403, 'AuthorizationFailed'])
})

test('a subnet and an identity need permissions of their own', async () => {
  const { arm: theirs } = await newcomer(containerInstancesContributor)
  const subnet = `${arm.resourceGroup}/providers/Microsoft.Network/virtualNetworks/vnet-apono/subnets/snet-connectors`
  const inSubnet = nginxGroup({
    subnetIds: [{ id: subnet }],
    ipAddress: { type: 'Private', ports: [{ port: 80 }] },
  })
  const joined = await theirs.send('PUT', `${group}-c`, { body: inSubnet })
  expect([joined.status, joined.body.error?.code]).toEqual([403, 'LinkedAuthorizationFailed'])
  const id = `${arm.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
  const identity = { type: 'UserAssigned', userAssignedIdentities: { [id]: {} } }
  const assigned = await theirs.send('PUT', `${group}-c`, { body: nginxGroup({}, { identity }) })
  expect(assigned.body.error?.message).toContain(
    "it does not have permission to perform action 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'",
  )
})

test('permissions are looked at before existence: no one learns what is not theirs', async () => {
  const { arm: theirs } = await newcomer(userAccessAdministrator)
  const missing = `${arm.subscription}/resourceGroups/nowhere/providers/Microsoft.ContainerInstance/containerGroups/web`
  expect((await theirs.send('GET', missing)).status).toBe(403)
  expect((await arm.send('GET', missing)).body.error?.code).toBe('ResourceGroupNotFound')
})
