import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type ArmSession, nginxGroup, startArmSession } from './arm-session.ts'

let arm: ArmSession
beforeAll(async () => {
  arm = await startArmSession()
})
afterAll(() => arm.sandbox.close())

const networks = () => `${arm.resourceGroup}/providers/Microsoft.Network/virtualNetworks`

async function put(subnet: string, group: object = {}): Promise<string> {
  const network = {
    subnetIds: [{ id: `${networks()}/${subnet}` }],
    ipAddress: { type: 'Private', ports: [{ port: 80 }] },
  }
  const path = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/web`
  const { status, body } = await arm.send('PUT', path, { body: nginxGroup(network, group) })
  return body.error?.code === undefined ? String(status) : String(body.error.code)
}

test('a network shows its region and its subnets, and a subnet whom it is delegated to', async () => {
  const { body } = await arm.send('GET', `${networks()}/vnet-apono`, { version: '2023-11-01' })
  expect([body.location, JSON.stringify(body.properties?.subnets)]).toEqual([
    'westeurope',
    expect.stringContaining('snet-plain'),
  ])
  const subnet = await arm.send('GET', `${networks()}/vnet-apono/subnets/snet-connectors`, { version: '2023-11-01' })
  expect(subnet.body.properties?.delegations?.[0]?.properties?.serviceName).toBe(
    'Microsoft.ContainerInstance/containerGroups',
  )
  const none = await arm.send('GET', `${networks()}/vnet-apono/subnets/nowhere`, { version: '2023-11-01' })
  expect([none.status, none.body.error?.code]).toEqual([404, 'ResourceNotFound'])
})

test('a group lives only in a subnet that is there, in its region, and delegated', async () => {
  expect(await put('vnet-apono/subnets/nowhere')).toBe('InvalidResourceReference')
  expect(await put('vnet-north/subnets/snet-connectors')).toBe('InvalidResourceReference')
  expect(await put('vnet-apono/subnets/snet-plain')).toBe('SubnetMissingRequiredDelegation')
  expect(await put('vnet-apono/subnets/snet-connectors')).toBe('201')
})

test('a zone takes a region that has some', async () => {
  const path = `${arm.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/zonal`
  const refused = await arm.send('PUT', path, { body: nginxGroup({}, { location: 'northcentralus', zones: ['1'] }) })
  expect(refused.body.error?.code).toBe('LocationNotSupportAvailabilityZones')
  expect((await arm.send('PUT', path, { body: nginxGroup({}, { zones: ['1'] }) })).status).toBe(201)
})

test('lists of resources hold what the caller may see, by type and by name, and no subnets', async () => {
  const list = async (filter: string, session = arm) => {
    const path = `${arm.subscription}/resources?$filter=${encodeURIComponent(filter)}`
    return (await session.send('GET', path, { version: '2022-09-01' })).body
  }
  const type = "resourceType eq 'Microsoft.ContainerRegistry/registries'"
  expect((await list(`${type} and name eq 'ACME'`)).value).toHaveLength(1)
  expect((await list(`${type} and name eq 'other'`)).value).toHaveLength(0)
  expect(JSON.stringify((await list('')).value)).not.toContain('snet-plain')
  expect((await list("location eq 'westeurope'")).error?.code).toBe('InvalidFilterInQueryString')
})
