import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'
import { type GraphSession, graphSession, seeded } from './graph-session.ts'

const version = '2023-01-31'
const type = 'Microsoft.ManagedIdentity/userAssignedIdentities'

let arm: ArmSession
let graph: GraphSession
beforeAll(async () => {
  arm = await startArmSession()
  arm.sandbox.control.setAppRoles(seeded(arm.sandbox, 'deployer').clientId, ['Application.Read.All'])
  graph = await graphSession(arm.sandbox)
})
afterAll(() => arm.sandbox.close())

const identityPath = (name: string) => `${arm.resourceGroup}/providers/${type}/${name}`

test('an identity is made, known to the directory after a while, and gone with its principal', async () => {
  arm.sandbox.control.setTiming({ replicationMs: 60_000 })
  const created = await arm.send('PUT', identityPath('id-new'), { version, body: { location: 'West Europe' } })
  expect(created).toMatchObject({
    status: 201,
    body: {
      id: `${arm.subscription}/resourcegroups/rg-apono/providers/${type}/id-new`,
      location: 'westeurope',
      properties: { tenantId: arm.sandbox.inputs['tenant-id'] },
    },
  })
  const { principalId, clientId } = created.body.properties ?? {}
  expect((await graph.send('GET', `/servicePrincipals/${principalId}`)).status).toBe(404)
  arm.sandbox.control.advanceClock(60_000)
  const byId = await graph.send('GET', `/servicePrincipals/${principalId}`)
  expect(byId.body).toMatchObject({ id: principalId, appId: clientId, servicePrincipalType: 'ManagedIdentity' })

  const tags = { team: 'iam' }
  const again = await arm.send('PUT', identityPath('ID-NEW'), { version, body: { location: 'westeurope', tags } })
  expect(again).toMatchObject({ status: 200, body: { tags, properties: { principalId: String(principalId) } } })
  expect((await arm.send('GET', identityPath('id-new'), { version })).body).toEqual(again.body)

  expect((await arm.send('DELETE', identityPath('id-new'), { version })).status).toBe(200)
  expect((await arm.send('DELETE', identityPath('id-new'), { version })).status).toBe(204)
  expect((await arm.send('GET', identityPath('id-new'), { version })).body.error?.code).toBe('ResourceNotFound')
  expect((await graph.send('GET', `/servicePrincipals/${principalId}`)).status).toBe(404)
})

test('a new identity can be assigned to a group of containers', async () => {
  const { body } = await arm.send('PUT', identityPath('id-group'), { version, body: { location: 'westeurope' } })
  const identity = { type: 'UserAssigned', userAssignedIdentities: { [String(body.id)]: {} } }
  const path = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/web`
  const group = await arm.send('PUT', path, { body: nginxGroup({}, { identity }) })
  expect(group.body.identity?.userAssignedIdentities?.[String(body.id)]).toEqual({
    principalId: body.properties?.principalId,
    clientId: body.properties?.clientId,
  })
})

test.each([
  ['a', { location: 'westeurope' }],
  ['id-nowhere', {}],
])('an identity needs a name and a place: %s', async (name, body) => {
  expect((await arm.send('PUT', identityPath(name), { version, body })).status).toBe(400)
})
