import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'

const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const LOCKS = '/providers/Microsoft.Authorization/locks?api-version=2020-05-01'

let azure: ArmSession
let group: string

beforeEach(async () => {
  azure = await startArmSession()
  azure.sandbox.control.setTiming({ pendingMs: 0, pullMs: 0, startMs: 0 })
  group = `${azure.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/web`
  expect((await azure.send('PUT', group, { body: nginxGroup() })).status).toBe(201)
})
afterEach(() => azure.sandbox.close())

function lock(scope: string, level: 'CanNotDelete' | 'ReadOnly', name = 'keep'): string {
  return azure.sandbox.control.addLock({ scope, name, level })
}

async function listed(scope: string, filter = ''): Promise<unknown> {
  const query = filter === '' ? '' : `&$filter=${filter}`
  const { status, body } = await azure.send('GET', `${scope}${LOCKS}${query}`)
  return status === 200 ? Array.from(Object(body.value), (each: { id: string }) => each.id) : status
}

function grant(): Promise<{ status: number }> {
  const path = `${azure.resourceGroup}/providers/Microsoft.Authorization/roleAssignments/b5a5d2a8-2d7c-4a3c-9b0f-2d8a4c1e7f55`
  const [deployer] = azure.sandbox.control.applications()
  const properties = {
    roleDefinitionId: `${azure.subscription}/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
    principalId: deployer?.objectId,
    principalType: 'ServicePrincipal',
  }
  return azure.send('PUT', path, { body: { properties }, version: '2022-04-01' })
}

test('the list shows locks at a scope, above it and below it; atScope() leaves out those below', async () => {
  const above = lock(azure.subscription, 'CanNotDelete')
  const at = lock(azure.resourceGroup, 'ReadOnly')
  const below = lock(group, 'CanNotDelete')
  lock(`${azure.subscription}/resourceGroups/rg-other`, 'ReadOnly')
  expect(await listed(azure.resourceGroup)).toEqual([above, at, below])
  expect(await listed(azure.resourceGroup, 'atScope()')).toEqual([above, at])
  expect(await listed(group, 'atScope()')).toEqual([above, at, below])
  expect(await listed(azure.resourceGroup, "name eq 'keep'")).toBe(501)
})

test('a lock is shown as it was set', async () => {
  const id = azure.sandbox.control.addLock({ scope: group, name: 'keep', level: 'ReadOnly', notes: 'Ask first.' })
  const { body } = await azure.send('GET', `${group}${LOCKS}`)
  const properties = { level: 'ReadOnly', notes: 'Ask first.' }
  expect(body).toEqual({ value: [{ id, name: 'keep', type: 'Microsoft.Authorization/locks', properties }] })
})

test('a lock is not listed among the resources of its group', async () => {
  lock(azure.resourceGroup, 'ReadOnly')
  const { body } = await azure.send('GET', `${azure.resourceGroup}/resources?api-version=2021-04-01`)
  expect(JSON.stringify(body)).not.toContain('locks')
})

test.each(['subscription', 'resource group', 'container group'])(
  'CanNotDelete on the %s stops deletes and nothing else',
  async (where) => {
    const scope = { subscription: azure.subscription, 'resource group': azure.resourceGroup }[where] ?? group
    const id = lock(scope, 'CanNotDelete')
    expect((await azure.send('PUT', group, { body: nginxGroup() })).status).toBe(200)
    expect((await azure.send('POST', `${group}/stop`)).status).toBe(204)
    const refused = await azure.send('DELETE', group)
    expect([refused.status, refused.body.error?.code]).toEqual([409, 'ScopeLocked'])
    expect(String(refused.body.error?.message)).toContain(`are locked: '${scope}'`)
    azure.sandbox.control.deleteResource(id)
    expect((await azure.send('DELETE', group)).status).toBe(200)
  },
)

test('ReadOnly stops writes, actions and deletes', async () => {
  lock(azure.resourceGroup, 'ReadOnly')
  for (const [method, path] of [
    ['PUT', group],
    ['PATCH', group],
    ['POST', `${group}/restart`],
    ['DELETE', group],
  ] as const) {
    const { status, body } = await azure.send(method, path, method[0] === 'P' ? { body: nginxGroup() } : {})
    expect([method, status, body?.error?.code]).toEqual([method, 409, 'ScopeLocked'])
  }
  expect((await azure.send('GET', group)).status).toBe(200)
})

test('role assignments are locked with what they are for', async () => {
  lock(azure.resourceGroup, 'CanNotDelete')
  expect((await grant()).status).toBe(201)
  const path = `${azure.resourceGroup}/providers/Microsoft.Authorization/roleAssignments/b5a5d2a8-2d7c-4a3c-9b0f-2d8a4c1e7f55`
  expect((await azure.send('DELETE', path, { version: '2022-04-01' })).status).toBe(409)
  lock(azure.subscription, 'ReadOnly')
  expect((await grant()).status).toBe(409)
})

test('rights come before locks', async () => {
  lock(azure.resourceGroup, 'ReadOnly')
  const planner = azure.sandbox.control.applications().find(({ displayName }) => displayName === 'planner')
  azure.sandbox.control.addFederatedCredential(planner?.clientId ?? '')
  const reader = await azure.as(planner?.clientId ?? '')
  expect((await reader.send('DELETE', group)).status).toBe(403)
  expect((await reader.send('GET', `${group}${LOCKS}`)).status).toBe(200)
})

test('a policy denies what lacks a tag or is outside of its regions, below its scope', async () => {
  const { control } = azure.sandbox
  const id = control.addPolicy({
    scope: azure.resourceGroup,
    name: 'house-rules',
    displayName: 'House rules',
    requiredTag: 'team',
    allowedLocations: ['westeurope'],
  })
  const put = async (group_: object) => (await azure.send('PUT', group, { body: nginxGroup({}, group_) })).status
  expect(await put({})).toBe(403)
  expect(await put({ tags: { team: 'iam' }, location: 'northeurope' })).toBe(403)
  expect(await put({ tags: { team: 'iam' }, location: 'West Europe' })).toBe(200)
  const { status, body } = await azure.send('PATCH', group, { body: { tags: {} } })
  expect([status, body.error?.code, body.error?.additionalInfo?.[0]?.info?.policyAssignmentId]).toEqual([
    403,
    'RequestDisallowedByPolicy',
    id,
  ])
  expect((await azure.send('DELETE', group)).status).toBe(200)
})

test('locks and policies are made over HTTPS too', async () => {
  const post = (path: string, body: object) =>
    fetch(`${azure.sandbox.origin}/_sandbox${path}`, { method: 'POST', body: JSON.stringify(body) })
  expect((await post('/locks', { scope: group, name: 'keep', level: 'CanNotDelete' })).status).toBe(201)
  expect((await post('/locks', { scope: group, name: 'keep', level: 'Sometimes' })).status).toBe(400)
  expect((await post('/policies', { scope: group, name: 'p', displayName: 'P', requiredTag: 'team' })).status).toBe(201)
})
