import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, startArmSession } from './arm-session.ts'

let arm: ArmSession

beforeAll(async () => {
  arm = await startArmSession()
})
afterAll(() => arm.sandbox.close())

const version = '2021-04-01'

test('a call without a token is answered with a challenge that names the authority', async () => {
  const response = await fetch(`${arm.sandbox.origin}${arm.subscription}?api-version=2022-12-01`)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain(
    `Bearer authorization_uri="${arm.sandbox.origin}/${arm.sandbox.inputs['tenant-id']}"`,
  )
  expect(await response.json()).toEqual({
    error: {
      code: 'AuthenticationFailed',
      message: "Authentication failed. The 'Authorization' header is missing.",
    },
  })
})

test('a token that nobody minted is invalid', async () => {
  const { status, body } = await arm.send('GET', arm.resourceGroup, {
    version,
    headers: { authorization: 'Bearer a.b.c' },
  })
  expect([status, body.error?.code]).toEqual([401, 'InvalidAuthenticationToken'])
})

test('a token is refused once its hour is over', async () => {
  const other = await startArmSession()
  other.sandbox.control.advanceClock(3_601_000)
  const { status, body } = await other.send('GET', other.resourceGroup, { version })
  await other.sandbox.close()
  expect([status, body.error?.code]).toEqual([401, 'ExpiredAuthenticationToken'])
})

test('an unknown subscription and an unknown resource group are told apart', async () => {
  const stranger = '/subscriptions/00000000-0000-4000-8000-000000000000'
  const subscription = await arm.send('GET', `${stranger}/resourceGroups/rg-apono`, { version })
  expect([subscription.status, subscription.body.error?.code]).toEqual([404, 'SubscriptionNotFound'])
  const group = await arm.send('GET', `${arm.subscription}/resourceGroups/nowhere`, { version })
  expect(group.body).toEqual({
    error: { code: 'ResourceGroupNotFound', message: "Resource group 'nowhere' could not be found." },
  })
  expect(group.headers.get('x-ms-failure-cause')).toBe('gateway')
})

test('every reply can be traced, refusals too', async () => {
  for (const path of [arm.resourceGroup, `${arm.subscription}/resourceGroups/nowhere`]) {
    const { headers } = await arm.send('GET', path, { version })
    const correlation = headers.get('x-ms-correlation-request-id')
    expect(correlation).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-ms-routing-request-id')).toMatch(new RegExp(`^WESTEUROPE:\\d{8}T\\d{6}Z:${correlation}$`))
    expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(headers.get('x-ms-ratelimit-remaining-subscription-reads')).toBe('1099')
    expect(headers.get('cache-control')).toBe('no-cache')
  }
})

test('the client request id comes back when asked for', async () => {
  const id = '6ce10b9d-6b6d-4f0e-9d7b-3f5f3d2a0a11'
  const silent = await arm.send('GET', arm.resourceGroup, { version, headers: { 'x-ms-client-request-id': id } })
  expect(silent.headers.get('x-ms-client-request-id')).toBeNull()
  const headers = { 'x-ms-client-request-id': id, 'x-ms-return-client-request-id': 'true' }
  const echoed = await arm.send('GET', arm.resourceGroup, { version, headers })
  expect(echoed.headers.get('x-ms-client-request-id')).toBe(id)
})
