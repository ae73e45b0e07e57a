import tls from 'node:tls'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { FaultEffect } from '../../sandbox/faults.ts'
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts'
import { armClient, jobToken, redeem, type Send } from '../specs/arm-client.ts'
import { fieldsOf } from '../specs/json.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox()
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.ca])
})
afterEach(() => sandbox.close())

const KEYS = '/github/.well-known/jwks'

function spoil(effect: FaultEffect): void {
  sandbox.control.injectFault({ name: 'spoilt', effect })
}

test('half a body looks like a whole one', async () => {
  const whole = await (await fetch(`${sandbox.origin}${KEYS}`)).text()
  spoil({ kind: 'half' })
  const response = await fetch(`${sandbox.origin}${KEYS}`)
  const half = await response.text()
  expect([response.status, whole.startsWith(half)]).toEqual([200, true])
  expect(half.length).toBeLessThan(whole.length)
})

test('the second half of a slow body comes later', async () => {
  const whole = await (await fetch(`${sandbox.origin}${KEYS}`)).text()
  spoil({ kind: 'slow-body', ms: 100 })
  const started = performance.now()
  expect(await (await fetch(`${sandbox.origin}${KEYS}`)).text()).toBe(whole)
  expect(performance.now() - started).toBeGreaterThanOrEqual(99)
})

test('a sandbox closes while a slow body is under way', async () => {
  spoil({ kind: 'slow-body', ms: 600_000 })
  const response = await fetch(`${sandbox.origin}${KEYS}`)
  const body = response.text()
  await sandbox.close()
  await expect(body).rejects.toThrow()
  sandbox = await startSandbox()
})

async function asDeployer(): Promise<Send> {
  const { origin, env, inputs } = sandbox
  const signIn = {
    origin,
    requestUrl: env.ACTIONS_ID_TOKEN_REQUEST_URL ?? '',
    requestToken: env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '',
    tenantId: inputs['tenant-id'] ?? '',
    clientId: inputs['client-id'] ?? '',
  }
  const { body } = await redeem(signIn, await jobToken(signIn))
  return armClient(origin, String(fieldsOf(body).access_token))
}

const role = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
const name = '11111111-2222-4333-8444-555555555555'

test('a stale read knows what was there before the last write, and nothing else', async () => {
  const send = await asDeployer()
  const subscription = `/subscriptions/${sandbox.inputs['subscription-id']}`
  const assignments = `${subscription}/providers/Microsoft.Authorization/roleAssignments`
  const list = async () => (await send('GET', `${assignments}?api-version=2022-04-01`)).exchange
  const before = await list()
  const principalId = sandbox.control.applications()[0]?.objectId ?? ''
  const roleDefinitionId = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${role}`
  spoil({ kind: 'stale' })
  const write = await send('PUT', `${assignments}/${name}?api-version=2022-04-01`, {
    properties: { roleDefinitionId, principalId, principalType: 'ServicePrincipal' },
  })
  expect(write.exchange.status).toBe(201)
  spoil({ kind: 'stale' })
  expect((await list()).replyBody).toEqual(before.replyBody)
  expect((await list()).replyBody).not.toEqual(before.replyBody)
  spoil({ kind: 'stale' })
  expect((await send('GET', `${assignments}/${name}?api-version=2022-04-01`)).exchange.status).toBe(404)
})

test('what a checkpoint remembers comes back, as often as one likes', () => {
  const { control } = sandbox
  const comeBack = control.checkpoint()
  const before = control.snapshot()
  const group = `/subscriptions/${sandbox.inputs['subscription-id']}/resourceGroups/rg-apono`
  for (const _round of [1, 2]) {
    control.deleteResource(group)
    control.addApplication({ displayName: 'newcomer' })
    control.forge.addIssue({ title: 'newcomer', body: '' })
    control.setSecret({ vault: 'acme-vault', name: 'newcomer', value: 'x' })
    expect(control.resource(group)).toBeUndefined()
    comeBack()
    expect(control.forge.issues()).toEqual([])
    expect({ ...control.snapshot(), now: null }).toEqual({ ...before, now: null })
  }
})
