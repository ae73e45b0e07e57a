import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type ArmSession, connectorGroup, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let group: string

beforeEach(async () => {
  arm = await startArmSession()
  group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/web`
})
afterEach(() => arm.sandbox.close())

async function put(body: unknown) {
  const reply = await arm.send('PUT', group, { body })
  arm.sandbox.control.advanceClock(1_000)
  return reply
}

async function startedAt() {
  const { body } = await arm.send('GET', group)
  return body.properties?.containers?.[0]?.properties?.instanceView?.currentState?.startTime
}

test('a PUT without changes answers 200 and restarts the containers', async () => {
  await put(nginxGroup())
  const before = await startedAt()
  const { status, headers } = await put(nginxGroup())
  expect(status).toBe(200)
  expect(headers.get('azure-asyncoperation')).toContain('/operations/')
  expect(await startedAt()).not.toBe(before)
})

test('tags alone are patched without a restart', async () => {
  await put(nginxGroup())
  const before = await startedAt()
  const { status, body } = await arm.send('PATCH', group, { body: { tags: { team: 'iam' }, location: 'ignored' } })
  expect([status, body.tags, body.location]).toEqual([200, { team: 'iam' }, 'westeurope'])
  expect(await startedAt()).toBe(before)
})

test('image, environment, tags and identity change in place', async () => {
  const first = await put(connectorGroup(arm.sandbox))
  const body = connectorGroup(arm.sandbox)
  const container = body.properties.containers[0]
  const properties = { ...container?.properties, image: 'registry.apono.io/apono-connector:v1.7.9' }
  const after = { ...body, tags: {}, properties: { ...body.properties, containers: [{ ...container, properties }] } }
  const second = await put(after)
  expect([second.status, second.body.tags]).toEqual([200, {}])
  expect(second.body.identity).toEqual(first.body.identity)
})

test('a PUT is the whole group: what is left out is gone', async () => {
  await put(nginxGroup({}, { tags: { team: 'iam' }, identity: { type: 'SystemAssigned' } }))
  const { body } = await put(nginxGroup())
  expect(body).not.toHaveProperty('tags')
  expect(body).not.toHaveProperty('identity')
})

test('a group made anew has a new principal', async () => {
  const identity = { type: 'SystemAssigned' }
  const first = await put(nginxGroup({}, { identity }))
  await arm.send('DELETE', group)
  const second = await put(nginxGroup({}, { identity }))
  expect(second.status).toBe(201)
  expect(second.body.identity?.principalId).not.toBe(first.body.identity?.principalId)
})

const sized = (cpu: number, memoryInGB = 1) => [
  { name: 'web', properties: { image: 'nginx', ports: [{ port: 80 }], resources: { requests: { cpu, memoryInGB } } } },
]
const unchangeable: readonly { readonly what: string; readonly properties?: object; readonly envelope?: object }[] = [
  { what: 'cpu', properties: { containers: sized(2) } },
  { what: 'memory', properties: { containers: sized(1, 2) } },
  { what: 'the restart policy', properties: { restartPolicy: 'Never' } },
  { what: 'an address', properties: { ipAddress: { type: 'Public', ports: [{ port: 80 }] } } },
  {
    what: 'the workspace of the logs',
    properties: { diagnostics: { logAnalytics: { workspaceId: 'w', workspaceKey: 'k' } } },
  },
  { what: 'the priority', properties: { priority: 'Spot' } },
  { what: 'the zone', envelope: { zones: ['1'] } },
  { what: 'another container', properties: { containers: [...sized(1), { ...sized(1)[0], name: 'more' }] } },
]

test.each(unchangeable)('$what is for the life of a group', async ({ properties, envelope }) => {
  await put(nginxGroup())
  const { status, body } = await put(nginxGroup(properties, envelope))
  expect(status).toBe(400)
  expect(body).toEqual({
    error: {
      code: 'InvalidContainerGroupUpdate',
      message:
        "The updates on container group 'web' are invalid. If you are going to update the os type, restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it first and then create a new one.",
    },
  })
})

test('leaving out a property that is not at its default is a change; naming a default is none', async () => {
  await put(nginxGroup({ restartPolicy: 'OnFailure' }))
  expect((await put(nginxGroup())).body.error?.code).toBe('InvalidContainerGroupUpdate')
  expect((await put(nginxGroup({ restartPolicy: 'OnFailure', sku: 'Standard', priority: 'Regular' }))).status).toBe(200)
})

test('a group does not move', async () => {
  await put(nginxGroup())
  const { status, body } = await put(nginxGroup({}, { location: 'northeurope' }))
  expect([status, body.error?.code]).toEqual([409, 'InvalidResourceLocation'])
  expect((await put(nginxGroup({}, { location: 'West Europe' }))).status).toBe(200)
})

test('a group that has ended is not updated', async () => {
  arm.sandbox.control.setContainerBehaviour('exits')
  await put(nginxGroup({ restartPolicy: 'OnFailure' }))
  arm.sandbox.control.advanceClock(1_000)
  const { body } = await put(nginxGroup({ restartPolicy: 'OnFailure' }))
  expect(body.error?.code).toBe('InvalidContainerGroupUpdate')
})

test('nothing else is taken while an operation is under way', async () => {
  await arm.send('PUT', group, { body: nginxGroup() })
  const attempts = [
    await arm.send('PUT', group, { body: nginxGroup() }),
    await arm.send('DELETE', group),
    await arm.send('PATCH', group, { body: { tags: {} } }),
    await arm.send('POST', `${group}/restart`),
  ]
  for (const { status, body } of attempts) {
    expect(status).toBe(409)
    expect(body.error).toEqual({
      code: 'ContainerGroupTransitioning',
      message: "The container group 'web' is still transitioning, please retry later.",
    })
  }
})

test('ids match in any casing and keep the casing they were made with', async () => {
  await put(nginxGroup())
  const { status, body } = await arm.send('PUT', group.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'), {
    body: nginxGroup(),
  })
  expect([status, body.id, body.name]).toEqual([200, group, 'web'])
})
