import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession

beforeAll(async () => {
  arm = await startArmSession()
})
afterAll(() => arm.sandbox.close())

const version = '2021-04-01'

test.each(['2019-11-01', '2022-12-01'])('subscriptions are listed for api-version %s', async (each) => {
  const { body } = await arm.send('GET', '/subscriptions', { version: each })
  expect(body).toMatchObject({
    value: [
      { id: arm.subscription, displayName: 'Acme Production', state: 'Enabled', authorizationSource: 'RoleBased' },
      { displayName: 'Acme Sandbox', state: 'Enabled', authorizationSource: 'RoleBased' },
    ],
    count: { type: 'Total', value: 2 },
  })
})

test('a resource group without tags has no tags property', async () => {
  const { body } = await arm.send('GET', arm.resourceGroup.toLowerCase(), { version })
  expect(body).toEqual({
    id: arm.resourceGroup,
    name: 'rg-apono',
    type: 'Microsoft.Resources/resourceGroups',
    location: 'westeurope',
    properties: { provisioningState: 'Succeeded' },
  })
})

test('a resource group is made once and stays where it is', async () => {
  const path = `${arm.subscription}/resourceGroups/rg-new`
  expect((await arm.send('HEAD', path, { version })).status).toBe(404)
  const body = { location: 'North Europe', tags: { team: 'iam' } }
  expect(await arm.send('PUT', path, { version, body })).toMatchObject({
    status: 201,
    body: { location: 'northeurope' },
  })
  expect((await arm.send('PUT', path, { version, body })).status).toBe(200)
  expect((await arm.send('HEAD', path, { version })).status).toBe(204)
  const moved = await arm.send('PUT', path, { version, body: { location: 'westus' } })
  expect([moved.status, moved.body.error?.code]).toEqual([409, 'InvalidResourceGroupLocation'])
})

test('a resource group needs a location', async () => {
  const { status, body } = await arm.send('PUT', `${arm.subscription}/resourceGroups/rg-x`, { version, body: {} })
  expect([status, body.error?.code]).toEqual([400, 'LocationRequired'])
})

test('a provider that is not registered takes no writes until its registration has begun', async () => {
  const group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/registered`
  const provider = `${arm.subscription}/providers/Microsoft.ContainerInstance`
  arm.sandbox.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
  const refused = await arm.send('PUT', group, { body: nginxGroup() })
  expect([refused.status, refused.body.error?.code]).toEqual([409, 'MissingSubscriptionRegistration'])
  expect(refused.body.error?.details).toMatchObject([{ target: 'Microsoft.ContainerInstance' }])

  const registered = await arm.send('POST', `${provider}/register`, { version })
  expect(registered.body).toMatchObject({ registrationState: 'Registering' })
  arm.sandbox.control.advanceClock(1_000)
  expect((await arm.send('GET', provider, { version })).body).toMatchObject({ registrationState: 'Registered' })
  expect((await arm.send('PUT', group, { body: nginxGroup() })).status).toBe(201)
})

test('the resources of a group are listed by their envelopes', async () => {
  const { body } = await arm.send('GET', `${arm.resourceGroup}/resources`, { version })
  expect(body.value).toContainEqual(
    expect.objectContaining({ name: 'id-apono', type: 'Microsoft.ManagedIdentity/userAssignedIdentities' }),
  )
  expect(JSON.stringify(body)).not.toContain('properties')
})
