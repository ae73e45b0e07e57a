import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { fieldsOf, itemsOf } from '../specs/json.ts'
import { type ArmSession, connectorGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let group: string

beforeEach(async () => {
  arm = await startArmSession()
  arm.sandbox.control.setTiming({ pendingMs: 0, pullMs: 0, startMs: 0, connectMs: 5_000 })
  group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`
})
afterEach(() => arm.sandbox.close())

async function ask(path: string, token = arm.sandbox.apono.token) {
  const headers = { authorization: `Bearer ${token}` }
  const reply = await fetch(`${arm.sandbox.origin}/apono/api/admin/v3/connectors${path}`, { headers })
  return { status: reply.status, body: fieldsOf(await reply.json()) }
}

/** Status and number of sessions, or the status of the reply. */
async function known(id = 'apono-connector') {
  const { status, body } = await ask(`/${id}`)
  return status === 200 ? [body.status, itemsOf(body.sessions).length] : [status]
}

test('a connector registers itself by connecting, and is remembered', async () => {
  await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  expect(await known()).toEqual([404])
  arm.sandbox.control.advanceClock(5_000)
  expect(await known()).toEqual(['CONNECTED', 1])
  await arm.send('DELETE', group)
  expect(await known()).toEqual(['DISCONNECTED', 0])
})

test('it was connected also when nobody looked before it went', async () => {
  await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  arm.sandbox.control.advanceClock(5_000)
  await arm.send('DELETE', group)
  expect(await known()).toEqual(['DISCONNECTED', 0])
})

test('one that crashes, or reaches nobody, is not connected', async () => {
  arm.sandbox.control.setContainerBehaviour('no-egress')
  await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  arm.sandbox.control.advanceClock(60_000)
  expect(await known()).toEqual([404])
})

test('groups with one id are one connector with several sessions, told apart from others in the list', async () => {
  for (const name of ['apono-connector', 'second'])
    await arm.send('PUT', group.replace(/apono-connector$/, name), { body: connectorGroup(arm.sandbox) })
  arm.sandbox.control.advanceClock(5_000)
  expect(await known()).toEqual(['CONNECTED', 2])
  const { body } = await ask('?status=CONNECTED')
  expect(itemsOf(body.items).map((item) => fieldsOf(item).id)).toEqual(['apono-connector'])
  expect(itemsOf((await ask('?status=DISCONNECTED')).body.items)).toEqual([])
})

test('the session of a container that is gone is listed for as long as that is asked for', async () => {
  arm.sandbox.control.setTiming({ lingerMs: 60_000 })
  await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  arm.sandbox.control.advanceClock(5_000)
  expect(await known()).toEqual(['CONNECTED', 1])
  await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  expect(await known()).toEqual(['CONNECTED', 1])
  arm.sandbox.control.advanceClock(6_000)
  expect(await known()).toEqual(['CONNECTED', 2])
  arm.sandbox.control.advanceClock(60_000)
  expect(await known()).toEqual(['CONNECTED', 1])
})

test('no token, no answer', async () => {
  expect((await ask('/apono-connector', 'another')).status).toBe(401)
  expect((await ask('', 'another')).status).toBe(401)
})
