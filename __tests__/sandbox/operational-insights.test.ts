import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, startArmSession } from './arm-session.ts'

let arm: ArmSession
beforeAll(async () => {
  arm = await startArmSession()
  arm.sandbox.control.setTiming({ workspaceMs: 1_000 })
})
afterAll(() => arm.sandbox.close())

const version = '2022-10-01'
const DAYS = 24 * 3_600_000

function path(name: string): string {
  return `${arm.resourceGroup}/providers/Microsoft.OperationalInsights/workspaces/${name}`
}

function put(name: string, body: object = {}) {
  const sent = { location: 'westeurope', properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 }, ...body }
  return arm.send('PUT', path(name), { version, body: sent })
}

const keysOf = (name: string) => arm.send('POST', `${path(name)}/sharedKeys`, { version: '2020-08-01' })

test('a workspace is made after a while, shows its customer id and gives its keys to who asks for them', async () => {
  const { status, body } = await put('first-logs', { tags: { team: 'iam' } })
  expect([status, body.properties?.provisioningState, body.id]).toEqual([
    201,
    'Creating',
    path('first-logs')
      .replace('/resourceGroups/', '/resourcegroups/')
      .replace('Microsoft.Op', 'microsoft.op')
      .replace('alInsights', 'alinsights'),
  ])
  expect(body.properties).not.toHaveProperty('sharedKeys')
  arm.sandbox.control.advanceClock(1_000)
  expect((await arm.send('GET', path('first-logs'), { version })).body.properties?.provisioningState).toBe('Succeeded')
  const keys = await keysOf('first-logs')
  expect(keys.body).toEqual({ primarySharedKey: expect.any(String), secondarySharedKey: expect.any(String) })
})

test('a PATCH changes what it names and leaves the rest', async () => {
  await put('patched-logs', { tags: { team: 'iam' } })
  const { body } = await arm.send('PATCH', path('patched-logs'), {
    version,
    body: { properties: { retentionInDays: 90 } },
  })
  expect([body.properties?.retentionInDays, body.tags]).toEqual([90, { team: 'iam' }])
})

test('a deleted one is listed for 14 days and comes back as it was, in its own region only', async () => {
  const made = await put('lost-logs')
  const keys = await keysOf('lost-logs')
  expect((await arm.send('DELETE', path('lost-logs'), { version })).status).toBe(200)
  expect((await arm.send('DELETE', path('lost-logs'), { version })).status).toBe(204)
  expect((await arm.send('GET', path('lost-logs'), { version })).body.error?.code).toBe('ResourceNotFound')
  const deleted = `${arm.resourceGroup}/providers/Microsoft.OperationalInsights/deletedWorkspaces`
  const names = async () => JSON.stringify((await arm.send('GET', deleted, { version })).body.value)
  expect(await names()).toContain('lost-logs')

  expect((await put('lost-logs', { location: 'northeurope' })).body.error?.code).toBe('InvalidResourceLocation')
  const back = await put('lost-logs')
  expect([back.status, back.body.properties?.customerId]).toEqual([200, made.body.properties?.customerId])
  expect((await keysOf('lost-logs')).body).toEqual(keys.body)
  expect(await names()).not.toContain('lost-logs')

  await arm.send('DELETE', path('lost-logs'), { version })
  arm.sandbox.control.advanceClock(15 * DAYS)
  const late = await arm.as(arm.sandbox.inputs['client-id'] ?? '')
  expect(JSON.stringify((await late.send('GET', deleted, { version })).body.value)).not.toContain('lost-logs')
  arm = late
})

test('one that is deleted by force is gone', async () => {
  const made = await put('purged-logs')
  await arm.send('DELETE', `${path('purged-logs')}?force=true`, { version })
  const again = await put('purged-logs')
  expect([again.status, again.body.properties?.customerId === made.body.properties?.customerId]).toEqual([201, false])
})

test.each([
  ['a name that is none', 'a--', {}, 'InvalidResourceName'],
  ['too few days', 'few-logs', { properties: { retentionInDays: 7 } }, 'InvalidParameter'],
  ['another tier', 'tier-logs', { properties: { sku: { name: 'Free' } } }, 'InvalidParameter'],
  ['no region', 'nowhere-logs', { location: 'atlantis' }, 'LocationRequired'],
])('%s is refused', async (_title, name, body, code) => {
  expect((await put(name, body)).body.error?.code).toBe(code)
})

test('a reader sees a workspace, and not its keys', async () => {
  await put('read-logs')
  const planner = arm.sandbox.control.applications().find(({ displayName }) => displayName === 'planner')
  arm.sandbox.control.addFederatedCredential(planner?.clientId ?? '')
  const theirs = await arm.as(planner?.clientId ?? '')
  expect((await theirs.send('GET', path('read-logs'), { version })).status).toBe(200)
  const refused = await theirs.send('POST', `${path('read-logs')}/sharedKeys`, { version: '2020-08-01' })
  expect([refused.status, refused.body.error?.code]).toEqual([403, 'AuthorizationFailed'])
})
