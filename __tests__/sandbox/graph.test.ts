import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type ArmReply, type ArmSession, accessToken, nginxGroup, startArmSession } from './arm-session.ts'
import { type GraphSession, graphOf, graphSession, seeded } from './graph-session.ts'

const directoryReaders = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
const assignments = '/roleManagement/directory/roleAssignments'

let arm: ArmSession
let graph: GraphSession
let principalId: string
beforeAll(async () => {
  arm = await startArmSession()
  graph = await graphSession(arm.sandbox)
})
beforeEach(() => {
  arm.sandbox.control.setTiming({ replicationMs: 0, graphConsistencyMs: 0 })
  principalId = arm.sandbox.control.addApplication({ displayName: 'somebody' }).objectId
})
afterAll(() => arm.sandbox.close())

function post(to = principalId, roleDefinitionId = directoryReaders): Promise<ArmReply> {
  const body = { principalId: to, roleDefinitionId, directoryScopeId: '/' }
  return graph.send('POST', assignments, { '@odata.type': '#microsoft.graph.unifiedRoleAssignment', ...body })
}

async function listed(of = principalId): Promise<unknown> {
  const filter = `principalId eq '${of}' and roleDefinitionId eq '${directoryReaders}'`
  return (await graph.send('GET', `${assignments}?$filter=${encodeURIComponent(filter)}`)).body.value
}

const codeOf = ({ status, body }: ArmReply) => [status, body.error?.code]

test('a directory role is given, found and taken back', async () => {
  const { status, body } = await post()
  expect(status).toBe(201)
  expect(body).toEqual({
    '@odata.context': `${graphOf(arm.sandbox)}/v1.0/$metadata#roleManagement/directory/roleAssignments/$entity`,
    id: expect.stringMatching(/^[\w-]{20,}-1$/),
    principalId,
    directoryScopeId: '/',
    roleDefinitionId: directoryReaders,
  })
  const { '@odata.context': _, ...item } = body
  expect(await listed()).toEqual([item])
  expect((await graph.send('GET', `${assignments}/${body.id}`)).body).toMatchObject(item)
  expect((await graph.send('DELETE', `${assignments}/${body.id}`)).status).toBe(204)
  expect(codeOf(await graph.send('DELETE', `${assignments}/${body.id}`))).toEqual([404, 'Request_ResourceNotFound'])
  expect(await listed()).toEqual([])
})

test('the same role again is refused, with a code that says little', async () => {
  await post()
  const again = await post()
  expect(codeOf(again)).toEqual([400, 'Request_BadRequest'])
  expect(again.body.error?.message).toBe(
    'A conflicting object with one or more of the specified property values is present in the directory.',
  )
})

test('lists lag behind what was written', async () => {
  arm.sandbox.control.setTiming({ graphConsistencyMs: 60_000 })
  const { body } = await post()
  expect(await listed()).toEqual([])
  expect(codeOf(await post())).toEqual([400, 'Request_BadRequest'])
  arm.sandbox.control.advanceClock(60_000)
  expect(await listed()).toHaveLength(1)
  await graph.send('DELETE', `${assignments}/${body.id}`)
  expect(await listed()).toHaveLength(1)
  arm.sandbox.control.advanceClock(60_000)
  expect(await listed()).toEqual([])
  graph = await graphSession(arm.sandbox)
})

test('a fresh identity is not found until the directory knows it, and its roles go with it', async () => {
  arm.sandbox.control.setTiming({ replicationMs: 60_000 })
  const path = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/fresh`
  const group = await arm.send('PUT', path, { body: nginxGroup({}, { identity: { type: 'SystemAssigned' } }) })
  const fresh = String(group.body.identity?.principalId)
  const refused = await post(fresh)
  expect(codeOf(refused)).toEqual([404, 'Request_ResourceNotFound'])
  expect(refused.body.error?.message).toBe(
    `Resource '${fresh}' does not exist or one of its queried reference-property objects are not present.`,
  )
  arm.sandbox.control.advanceClock(60_000)
  expect((await post(fresh)).status).toBe(201)
  expect(await listed(fresh)).toHaveLength(1)
  await arm.send('DELETE', path)
  expect(await listed(fresh)).toEqual([])
})

test('roles that do not exist and bodies that are none are refused', async () => {
  expect(codeOf(await post(principalId, principalId))).toEqual([404, 'Request_ResourceNotFound'])
  expect(codeOf(await graph.send('POST', assignments, {}))).toEqual([400, 'Request_BadRequest'])
  expect(codeOf(await graph.send('POST', assignments, 'text'))).toEqual([400, 'BadRequest'])
})

test('a token for ARM, none, or an old one is refused', async () => {
  const url = `${graphOf(arm.sandbox)}/v1.0${assignments}`
  const { clientId } = seeded(arm.sandbox, 'deployer')
  const token = await accessToken(arm.sandbox, clientId)
  const wrong = await fetch(url, { headers: { authorization: `Bearer ${token}`, 'client-request-id': 'mine' } })
  expect(wrong.status).toBe(401)
  const { error } = JSON.parse(await wrong.text())
  expect(error).toMatchObject({
    code: 'InvalidAuthenticationToken',
    innerError: {
      date: expect.any(String),
      'request-id': wrong.headers.get('request-id'),
      'client-request-id': 'mine',
    },
  })
  expect(wrong.headers.get('client-request-id')).toBe('mine')
  expect((await fetch(url)).status).toBe(401)
  arm.sandbox.control.advanceClock(7_200_000)
  const old = await graph.send('GET', assignments)
  expect(old.body.error?.message).toBe('Access token has expired or is not yet valid.')
  graph = await graphSession(arm.sandbox)
  arm = await arm.as(clientId)
})

test('what an application was granted decides what it may do', async () => {
  const planner = await graphSession(arm.sandbox, 'planner')
  expect((await planner.send('GET', assignments)).status).toBe(200)
  const body = { principalId, roleDefinitionId: directoryReaders, directoryScopeId: '/' }
  const refused = await planner.send('POST', assignments, body)
  expect(codeOf(refused)).toEqual([403, 'Authorization_RequestDenied'])
  expect(refused.body.error?.message).toBe('Insufficient privileges to complete the operation.')
  expect((await planner.send('GET', `/servicePrincipals/${principalId}`)).status).toBe(403)
  const limited = await graphSession(arm.sandbox, 'limited')
  expect((await limited.send('GET', assignments)).status).toBe(403)
})

test('principals are found by object id and by client id', async () => {
  const { clientId } = seeded(arm.sandbox, 'limited')
  arm.sandbox.control.setAppRoles(clientId, ['Directory.Read.All'])
  const reader = await graphSession(arm.sandbox, 'limited')
  const own = await reader.send('GET', `/servicePrincipals(appId='${clientId}')?$select=id,displayName`)
  expect(own.body).toEqual({
    '@odata.context': expect.any(String),
    id: seeded(arm.sandbox, 'limited').objectId,
    displayName: 'limited',
  })
  const user = arm.sandbox.control.addMember({ kind: 'User', displayName: 'Bob' })
  const object = await reader.send('GET', `/directoryObjects/${user.objectId}`)
  expect(object.body).toMatchObject({ '@odata.type': '#microsoft.graph.user', id: user.objectId })
  expect((await reader.send('GET', `/directoryObjects/${clientId}`)).status).toBe(404)
  expect((await reader.send('GET', `/servicePrincipals/${user.objectId}`)).status).toBe(404)
})

test('definitions are found by name and by id', async () => {
  const definitions = '/roleManagement/directory/roleDefinitions'
  const filter = encodeURIComponent("displayName eq 'Directory Readers'")
  expect((await graph.send('GET', `${definitions}?$filter=${filter}`)).body.value).toMatchObject([
    { id: directoryReaders, templateId: directoryReaders, isBuiltIn: true },
  ])
  expect((await graph.send('GET', `${definitions}/${directoryReaders}`)).status).toBe(200)
})

test('lists take in(), refuse other filters and answer other options 501', async () => {
  await post()
  const filter = encodeURIComponent(`principalId in ('${principalId}', 'other')`)
  expect((await graph.send('GET', `${assignments}?$filter=${filter}`)).body.value).toHaveLength(1)
  expect((await graph.send('GET', `${assignments}?$filter=id eq 'x'`)).status).toBe(400)
  expect((await graph.send('GET', `${assignments}?$expand=principal`)).status).toBe(501)
})

test('throttling is a fault', async () => {
  const body = { error: { code: 'TooManyRequests', message: 'Too Many Requests' } }
  const effect = { kind: 'reply', status: 429, headers: { 'retry-after': '1' }, body } as const
  arm.sandbox.control.injectFault({ name: 'throttled', path: '/roleAssignments', effect })
  expect(codeOf(await graph.send('GET', assignments))).toEqual([429, 'TooManyRequests'])
  expect((await graph.send('GET', assignments)).status).toBe(200)
})
