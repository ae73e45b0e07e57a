import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type ArmSession, connectorGroup, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let group: string

beforeEach(async () => {
  arm = await startArmSession()
  group = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/apono-connector`
})
afterEach(() => arm.sandbox.close())

const settle = () => arm.sandbox.control.advanceClock(1_000)

async function created(body: unknown) {
  const reply = await arm.send('PUT', group, { body })
  settle()
  return reply
}

test('a create answers 201 at once with the whole group, defaults filled in and in the order of the wire', async () => {
  const { status, headers, body } = await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  expect(status).toBe(201)
  expect(Object.keys(body)).toEqual(['properties', 'identity', 'id', 'name', 'type', 'location'])
  expect(Object.keys(body.properties ?? {})).toEqual([
    'sku',
    'provisioningState',
    'provisioningTimeoutInSeconds',
    'isCustomProvisioningTimeout',
    'containers',
    'initContainers',
    'imageRegistryCredentials',
    'restartPolicy',
    'osType',
    'instanceView',
  ])
  expect(body).toMatchObject({
    id: group,
    type: 'Microsoft.ContainerInstance/containerGroups',
    identity: { type: 'SystemAssigned', tenantId: arm.sandbox.inputs['tenant-id'] },
    properties: {
      sku: 'Standard',
      provisioningState: 'Pending',
      provisioningTimeoutInSeconds: 1800,
      instanceView: { events: [], state: 'Pending' },
    },
  })
  expect(body.identity?.principalId).toMatch(/^[0-9a-f-]{36}$/)
  expect(body.properties?.containers?.[0]?.properties).not.toHaveProperty('instanceView')
  expect(headers.get('azure-asyncoperation')).toMatch(
    /\/providers\/Microsoft\.ContainerInstance\/locations\/westeurope\/operations\/[0-9a-f-]{36}\?api-version=2018-06-01&t=\d+&c=\w+&s=\w+&h=\w+$/,
  )
  expect(headers.get('x-ms-request-id')).toMatch(/^westeurope:[0-9a-f-]{36}$/)
  expect([headers.get('location'), headers.get('retry-after')]).toEqual([null, null])
})

test('what was not sent and has no filled-in default stays absent', async () => {
  const { body } = await arm.send('PUT', group, { body: nginxGroup() })
  for (const name of ['restartPolicy', 'ipAddress', 'imageRegistryCredentials', 'diagnostics', 'priority']) {
    expect(body.properties).not.toHaveProperty(name)
  }
  expect(body).not.toHaveProperty('tags')
  expect(body).not.toHaveProperty('identity')
  const container = body.properties?.containers?.[0]?.properties
  expect(container).toMatchObject({ environmentVariables: [], ports: [{ port: 80 }] })
  expect(container).not.toHaveProperty('command')
  expect(container?.ports?.[0]).not.toHaveProperty('protocol')
})

test('no secret ever comes back', async () => {
  const token = arm.sandbox.inputs['apono-token'] ?? ''
  const body = connectorGroup(arm.sandbox)
  const withMore = {
    ...body,
    properties: {
      ...body.properties,
      volumes: [{ name: 'files', secret: { key: 'c2VjcmV0' } }],
      diagnostics: { logAnalytics: { workspaceId: 'w', workspaceKey: 'the-key', logType: 'ContainerInsights' } },
    },
  }
  const put = await created(withMore)
  const get = await arm.send('GET', group)
  const logs = await arm.send('GET', `${group}/containers/apono-connector/logs`)
  const text = JSON.stringify([put.body, get.body, logs.body, (await arm.send('DELETE', group)).body])
  for (const secret of [token, 'the-key', 'c2VjcmV0']) expect(text).not.toContain(secret)
  expect(get.body.properties).toMatchObject({
    imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono' }],
    diagnostics: { logAnalytics: { workspaceId: 'w', logType: 'ContainerInsights' } },
    volumes: [{ name: 'files', secret: {} }],
  })
  const environment = get.body.properties?.containers?.[0]?.properties?.environmentVariables
  expect(environment).toContainEqual({ name: 'APONO_TOKEN' })
  expect(environment).toContainEqual({ name: 'APONO_URL', value: 'api.apono.io' })
})

test('a create goes from Pending over Creating to Succeeded by the clock alone', async () => {
  const { headers } = await arm.send('PUT', group, { body: connectorGroup(arm.sandbox) })
  const operation = headers.get('azure-asyncoperation') ?? ''
  const seen: unknown[] = []
  for (const ms of [0, 400, 1_000]) {
    arm.sandbox.control.advanceClock(ms)
    const watched = await arm.send('GET', operation)
    const { body } = await arm.send('GET', group)
    seen.push([watched.body.status, body.properties?.provisioningState, body.properties?.instanceView?.state])
  }
  expect(seen).toEqual([
    ['Pending', 'Pending', 'Pending'],
    ['Creating', 'Creating', 'Pending'],
    ['Succeeded', 'Succeeded', 'Running'],
  ])
  expect((await arm.send('GET', operation)).body).toEqual({
    id: group,
    status: 'Succeeded',
    startTime: expect.any(String),
    properties: { events: [] },
  })
  const { body } = await arm.send('GET', group)
  const view = body.properties?.containers?.[0]?.properties?.instanceView
  expect(view).toMatchObject({ restartCount: 0, currentState: { state: 'Running', detailStatus: '' } })
  expect(view?.events).toMatchObject([{ name: 'Pulling' }, { name: 'Pulled' }, { name: 'Started' }])
})

test('a failed operation tells its reason only in its events', async () => {
  const events = [{ name: 'InsufficientCapacity.', message: 'No room.' }]
  arm.sandbox.control.injectFault({
    name: 'full',
    method: 'PUT',
    effect: { kind: 'failed-operation', events },
  })
  const { status, headers } = await created(connectorGroup(arm.sandbox))
  expect(status).toBe(201)
  const { body } = await arm.send('GET', headers.get('azure-asyncoperation') ?? '')
  expect(body).toMatchObject({ status: 'Failed', properties: { events } })
  expect(body).not.toHaveProperty('error')
  expect((await arm.send('GET', group)).body.properties).toMatchObject({ provisioningState: 'Failed' })
})

test('a connector with a wrong token crash-loops under a provisioning that succeeded', async () => {
  await created(connectorGroup(arm.sandbox, 'not-the-token'))
  arm.sandbox.control.advanceClock(5_900)
  const { body } = await arm.send('GET', group)
  expect(body.properties).toMatchObject({ provisioningState: 'Succeeded', instanceView: { state: 'Running' } })
  expect(body.properties?.containers?.[0]?.properties?.instanceView).toMatchObject({
    restartCount: 2,
    currentState: { state: 'Waiting', detailStatus: 'CrashLoopBackOff: Back-off restarting failed' },
    previousState: { state: 'Terminated', exitCode: 1, detailStatus: 'Error' },
  })
  const logs = await arm.send('GET', `${group}/containers/apono-connector/logs?tail=1`)
  expect(logs.body).toEqual({
    content: expect.stringMatching(/^Connector cannot start: connect to [\w.]+: the token was not accepted\n$/),
  })
})

test('a group that is never restarted ends', async () => {
  arm.sandbox.control.setContainerBehaviour('exits')
  await created(nginxGroup({ restartPolicy: 'Never' }))
  settle()
  const { body } = await arm.send('GET', group)
  expect(body.properties?.instanceView).toMatchObject({ state: 'Succeeded' })
})

test('lists leave the instance views out', async () => {
  await created(nginxGroup())
  for (const scope of [arm.resourceGroup, arm.subscription]) {
    const { body } = await arm.send('GET', `${scope}/providers/Microsoft.ContainerInstance/containerGroups`)
    expect(body.value).toMatchObject([{ name: 'apono-connector' }])
    expect(JSON.stringify(body)).not.toContain('instanceView')
  }
})

test('a public address is announced with its name and known once the group runs', async () => {
  const ipAddress = { type: 'Public', ports: [{ port: 80 }], dnsNameLabel: 'acme-web' }
  const { body } = await created(nginxGroup({ ipAddress }))
  expect(body.properties?.ipAddress).toMatchObject({ fqdn: 'acme-web.westeurope.azurecontainer.io' })
  expect(body.properties?.ipAddress).not.toHaveProperty('ip')
  const { body: running } = await arm.send('GET', group)
  expect(running.properties?.ipAddress?.ip).toMatch(/^203\.0\.113\.\d+$/)
})

test('in a subnet the whole address is missing until the group runs', async () => {
  const subnet = `${arm.resourceGroup}/providers/Microsoft.Network/virtualNetworks/vnet-apono/subnets/snet-connectors`
  const ipAddress = { type: 'Private', ports: [{ port: 80 }] }
  const { body } = await created(nginxGroup({ subnetIds: [{ id: subnet }], ipAddress }))
  expect(body.properties).not.toHaveProperty('ipAddress')
  expect((await arm.send('GET', group)).body.properties?.ipAddress?.ip).toMatch(/^10\./)
})

test('a user-assigned identity keeps the id it was sent with', async () => {
  const id = `${arm.resourceGroup}/providers/microsoft.managedidentity/userAssignedIdentities/ID-APONO`
  const identity = { type: 'SystemAssigned,UserAssigned', userAssignedIdentities: { [id]: {} } }
  const { body } = await created(nginxGroup({}, { identity }))
  expect(body.identity).toMatchObject({ type: 'SystemAssigned, UserAssigned', principalId: expect.any(String) })
  expect(body.identity?.userAssignedIdentities).toEqual({
    [id]: { principalId: expect.any(String), clientId: expect.any(String) },
  })
})

test('a deleted group leaves its last body and then nothing', async () => {
  await created(nginxGroup())
  expect(await arm.send('DELETE', group)).toMatchObject({ status: 200, body: { id: group } })
  expect((await arm.send('DELETE', group)).status).toBe(204)
  const { status, headers, body } = await arm.send('GET', group)
  expect(status).toBe(404)
  expect(body.error?.message).toBe(
    "The Resource 'Microsoft.ContainerInstance/containerGroups/apono-connector' under resource group 'rg-apono' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
  )
  expect(headers.get('x-ms-failure-cause')).toBe('gateway')
})

test('a group stops at once, and starts and restarts in its own time', async () => {
  await created(nginxGroup())
  expect((await arm.send('POST', `${group}/stop`)).status).toBe(204)
  const { body } = await arm.send('GET', group)
  expect(body.properties?.instanceView).toMatchObject({ state: 'Stopped' })
  expect(body.properties?.containers?.[0]?.properties?.instanceView?.currentState).toMatchObject({
    state: 'Terminated',
    detailStatus: 'Container stopped per client request',
  })
  expect((await arm.send('POST', `${group}/start`)).status).toBe(202)
  settle()
  const restart = await arm.send('POST', `${group}/restart`)
  expect(restart.status).toBe(204)
  expect(restart.headers.get('azure-asyncoperation')).toContain('/operations/')
  expect((await arm.send('GET', group)).body.properties).toMatchObject({ provisioningState: 'Updating' })
  settle()
  expect((await arm.send('GET', group)).body.properties?.instanceView).toMatchObject({ state: 'Running' })
})
