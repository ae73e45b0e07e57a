import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, connectorGroup, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
let groups: string

beforeAll(async () => {
  arm = await startArmSession()
  groups = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups`
})
afterAll(() => arm.sandbox.close())

async function refusal(body: unknown, name = 'refused') {
  const { status, body: answer } = await arm.send('PUT', `${groups}/${name}`, { body })
  return { status, code: answer.error?.code, message: answer.error?.message }
}

const requests = { cpu: 1, memoryInGB: 1 }
const container = (properties: object, name = 'web') => ({
  name,
  properties: { image: 'nginx', ports: [{ port: 80 }], resources: { requests }, ...properties },
})
const containers = (properties: object) => ({ containers: [container(properties)] })
const subnetIds = [{ id: '/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/n' }]

const refused: readonly (readonly [string, object, string])[] = [
  ['no containers', { containers: [] }, 'MissingContainers'],
  ['no image', containers({ image: null }), 'MissingImage'],
  ['no resource requests', containers({ resources: {} }), 'ResourceRequestsNotSpecified'],
  ['cpu as text', containers({ resources: { requests: { cpu: '1', memoryInGB: 1 } } }), 'InvalidRequestContent'],
  ['no OS', { osType: null }, 'OsTypeNotSpecified'],
  ['two containers of one name', { containers: [container({}), container({})] }, 'DuplicateContainerName'],
  ['a container name in capitals', { containers: [container({}, 'Web')] }, 'InvalidContainerName'],
  [
    'an environment name with a hyphen',
    containers({ environmentVariables: [{ name: 'A-B', value: '1' }] }),
    'InvalidContainerEnvironmentVariable',
  ],
  ['more than 60 containers', { containers: Array(61).fill(container({})) }, 'TooManyContainers'],
  [
    'more cpu than a group can have',
    containers({ resources: { requests: { cpu: 32, memoryInGB: 1 } } }),
    'ResourceRequestsTooLarge',
  ],
  ['a reserved port', containers({ ports: [{ port: 22 }] }), 'ReservedPort'],
  ['an address without ports', { ipAddress: { type: 'Public', ports: [] } }, 'MissingIpAddressPorts'],
  [
    'a public address in a subnet',
    { subnetIds, ipAddress: { type: 'Public', ports: [{ port: 80 }] } },
    'InvalidIpAddressTypeForNetworkProfile',
  ],
  ['the word None for no address', { ipAddress: { type: 'None', ports: [{ port: 80 }] } }, 'InvalidRequestContent'],
  ['a workspace without its key', { diagnostics: { logAnalytics: { workspaceId: 'w' } } }, 'InvalidLogAnalytics'],
  ['an unknown image', containers({ image: 'docker.io/acme/nothing' }), 'InaccessibleImage'],
]

test.each(refused)('%s is refused', async (_, properties, code) => {
  const answer = await refusal(nginxGroup(properties))
  expect(answer).toMatchObject({ status: 400, code })
  expect(answer.message).toEqual(expect.any(String))
})

test('what is not JSON is refused, what is unknown is ignored', async () => {
  expect(await refusal('{')).toMatchObject({ status: 400, code: 'InvalidRequestContent' })
  const { status, body } = await arm.send('PUT', `${groups}/lenient`, { body: nginxGroup({ unheardOf: 1 }) })
  expect(status).toBe(201)
  expect(body.properties).not.toHaveProperty('unheardOf')
})

test.each(['-web', 'web_', 'w'.repeat(64), 'we b'])('%s is no name for a group', async (name) => {
  expect(await refusal(nginxGroup(), name)).toMatchObject({ status: 400, code: 'InvalidContainerGroupName' })
})

test('a location is needed, and Container Instances must be there', async () => {
  expect(await refusal(nginxGroup({}, { location: null }))).toMatchObject({ code: 'LocationRequired' })
  const elsewhere = await refusal(nginxGroup({}, { location: 'westindia' }))
  expect(elsewhere).toMatchObject({ status: 400, code: 'LocationNotAvailableForResourceType' })
  expect(elsewhere.message).toContain('List of available regions for the resource type is')
})

test('a body that was read is not a body to send', async () => {
  const path = `${groups}/mirror`
  await arm.send('PUT', path, { body: nginxGroup() })
  arm.sandbox.control.advanceClock(1_000)
  const { body } = await arm.send('GET', path)
  expect(await refusal(body, 'mirror')).toMatchObject({
    status: 400,
    code: 'CustomProvisioningTimeoutInSecondsNotSuppported',
  })
})

test('a registry password that is wrong is noticed by the PUT itself', async () => {
  const body = connectorGroup(arm.sandbox)
  const imageRegistryCredentials = [{ server: 'registry.apono.io', username: 'apono', password: 'guess' }]
  const answer = await refusal({ ...body, properties: { ...body.properties, imageRegistryCredentials } })
  expect(answer).toEqual({
    status: 400,
    code: 'InaccessibleImage',
    message:
      "The image 'registry.apono.io/apono-connector:v1.7.8' in container group 'refused' is not accessible. Please check the image and registry credential.",
  })
})

test('the private registry of the connector is out of reach from a subnet', async () => {
  const body = connectorGroup(arm.sandbox)
  const id = `${arm.resourceGroup}/providers/Microsoft.Network/virtualNetworks/vnet-apono/subnets/snet-connectors`
  const network = { subnetIds: [{ id }], ipAddress: { type: 'Private', ports: [{ port: 80 }] } }
  const answer = await refusal({ ...body, properties: { ...body.properties, ...network } })
  expect(answer).toMatchObject({ status: 400, code: 'InaccessibleImage' })
})

test('cores are counted per region', async () => {
  const big = nginxGroup(containers({ resources: { requests: { cpu: 30, memoryInGB: 1 } } }), { location: 'uksouth' })
  for (const name of ['one', 'two', 'three']) expect(await refusal(big, name)).toMatchObject({ status: 201 })
  expect(await refusal(big, 'four')).toMatchObject({
    status: 400,
    code: 'ContainerGroupQuotaReached',
    message:
      "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded in region 'uksouth'. Limit: '100', Usage: '90' Requested: '30'.",
  })
  expect(await refusal({ ...big, location: 'ukwest' }, 'four')).toMatchObject({
    code: 'LocationNotAvailableForResourceType',
  })
})

test('a group of less than one core ends in a server error', async () => {
  const small = containers({ resources: { requests: { cpu: 0.5, memoryInGB: 1 } } })
  expect(await refusal(nginxGroup(small))).toMatchObject({ status: 500 })
})

test('tags have limits', async () => {
  expect(await refusal(nginxGroup({}, { tags: { 'a/b': '1' } }))).toMatchObject({ code: 'InvalidTagNameCharacters' })
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`t${index}`, '']))
  expect(await refusal(nginxGroup({}, { tags: many }))).toMatchObject({ status: 400 })
})
