import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { fromArm, toArm } from '../../src/azure/container-group-arm.ts'
import { diff } from '../../src/engine/diff.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { desiredFrom } from '../../src/spec/desired.ts'
import type { ContainerGroupProperties } from '../../src/spec/resources.ts'
import {
  actualGroup,
  asReturned,
  desiredGroup,
  planOf,
  SECRETS,
  SUBSCRIPTION_ID,
  someInputs,
  someSurroundings,
  TOKEN,
} from '../builders.ts'

const SUBNET = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/v/subnets/S`
const IDENTITY = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/RG/providers/Microsoft.ManagedIdentity/userAssignedIdentities/Id`
const CUSTOMER_ID = '6fd8a5b4-5a3c-4f1e-9d7b-2c1e0a9b8d77'
const WORKSPACE = '/subscriptions/x/resourceGroups/r/providers/Microsoft.OperationalInsights/workspaces/logs'

/** The group that such inputs ask for, where the workspace has the customer id. */
function groupOf(changes: Partial<Inputs>): ContainerGroupProperties {
  const desired = desiredFrom(someInputs(changes), someSurroundings({ customerId: CUSTOMER_ID }), new Map())
  const [group] = [...desired.values()].filter((resource) => resource.kind === 'container-group')
  if (group === undefined) throw new Error('there is no group')
  return group.properties
}

const image = (pull: NonNullable<Inputs['image']>['pull']): Partial<Inputs> => ({
  image: { reference: 'acme.azurecr.io/apono-connector:v1.7.8', server: 'acme.azurecr.io', pull },
  identity: { type: 'UserAssigned', ids: [IDENTITY] },
})

const choices: Readonly<Record<string, readonly Partial<Inputs>[]>> = {
  subnet: [
    { subnet: null },
    { subnet: { id: SUBNET, nameServers: [] } },
    { subnet: { id: SUBNET, nameServers: ['10.0.0.5', '10.0.0.4'] } },
  ],
  zones: [{ zones: [] }, { zones: ['2'] }],
  logs: [{ logAnalytics: { to: 'nowhere' } }, { logAnalytics: { to: 'existing', id: WORKSPACE } }],
  image: [
    { image: null },
    image({ by: 'default' }),
    image({ by: 'identity', grant: true }),
    image({ by: 'password', username: 'acme', password: 'p' }),
  ],
}

test('whatever is asked for comes back as it was asked for: a plan after an apply is empty', () => {
  const picks = Object.values(choices).map((options) => fc.constantFrom(...options))
  fc.assert(
    fc.property(fc.tuple(...picks), (picked) => {
      const wanted = groupOf(Object.assign({}, ...picked))
      const sent = toArm(wanted, { ...SECRETS, registryPassword: 'p', workspaceKey: 'k' })
      const shown = fromArm(asReturned(JSON.parse(JSON.stringify(sent))))
      expect(
        diff({ ...shown, token: null, registryPassword: null }, { ...wanted, token: null, registryPassword: null }),
      ).toEqual([])
    }),
  )
})

describe('what is sent', () => {
  test('of a group in a subnet: one subnet, a private address and the port that goes with it', () => {
    const sent = toArm(groupOf({ subnet: { id: SUBNET, nameServers: ['10.0.0.4'] } }), SECRETS)
    expect(sent).toMatchObject({
      subnetIds: [{ id: SUBNET.toLowerCase() }],
      ipAddress: { type: 'Private', ports: [{ port: 80, protocol: 'TCP' }] },
      dnsConfig: { nameServers: ['10.0.0.4'] },
    })
    expect(sent.containers[0]?.ports).toEqual([{ port: 80, protocol: 'TCP' }])
  })

  test('of a group that only calls out: none of it', () => {
    const sent = toArm(groupOf({}), SECRETS)
    for (const name of ['subnetIds', 'ipAddress', 'dnsConfig', 'zones', 'diagnostics'])
      expect(sent).not.toHaveProperty(name)
    expect(sent.containers[0]).not.toHaveProperty('ports')
  })

  test.each<[string, Partial<Inputs>, unknown]>([
    [
      'as an identity',
      image({ by: 'identity', grant: true }),
      [{ server: 'acme.azurecr.io', identity: IDENTITY.toLowerCase() }],
    ],
    [
      'as a user',
      image({ by: 'password', username: 'acme', password: 'p' }),
      [{ server: 'acme.azurecr.io', username: 'acme', password: 'p' }],
    ],
    ['as nobody', image({ by: 'default' }), undefined],
    ["from Apono's registry", {}, [{ server: 'registry.apono.io', username: 'apono', password: TOKEN }]],
  ])('to pull %s', (_title, inputs, credentials) => {
    const sent = toArm(groupOf(inputs), { ...SECRETS, ...(inputs.image && { registryPassword: 'p' }) })
    expect(sent.imageRegistryCredentials).toEqual(credentials)
  })
})

describe('what comes back', () => {
  const inSubnet = asReturned(toArm(groupOf({ subnet: { id: SUBNET, nameServers: [] } }), SECRETS))

  test('in a subnet without an address, while Azure works, has one all the same', () => {
    const { ipAddress: _, ...working } = inSubnet
    expect(fromArm(working).network).toEqual(fromArm(inSubnet).network)
  })

  test('keeps what others set on address and name servers in sight', () => {
    const odd = fromArm({
      ...inSubnet,
      ipAddress: { type: 'Public', ports: [{ port: 443, protocol: 'UDP' }, { port: 80 }], dnsNameLabel: 'acme' },
      dnsConfig: { nameServers: ['10.0.0.4'], searchDomains: 'acme.example', options: 'ndots:2' },
    })
    expect(odd.network).toMatchObject({
      address: { type: 'Public', ports: ['TCP:80', 'UDP:443'], dnsNameLabel: 'acme' },
      dns: { nameServers: ['10.0.0.4'], searchDomains: 'acme.example', options: 'ndots:2' },
    })
  })

  test('of diagnostics is all but the key', () => {
    const logAnalytics = {
      workspaceId: CUSTOMER_ID.toUpperCase(),
      workspaceKey: '',
      logType: 'ContainerInsights',
      metadata: { a: 'b' },
    }
    expect(fromArm({ ...inSubnet, diagnostics: { logAnalytics } }).logAnalytics).toEqual({
      workspace: CUSTOMER_ID,
      logType: 'ContainerInsights',
      metadata: { a: 'b' },
    })
  })
})

test.each<[string, Partial<Inputs>]>([
  ['network', { subnet: { id: SUBNET, nameServers: [] } }],
  ['zones', { zones: ['1'] }],
  ['logAnalytics', { logAnalytics: { to: 'existing', id: WORKSPACE } }],
])('changing %s takes a replace', (name, inputs) => {
  const after = { ...desiredGroup(), properties: groupOf(inputs) }
  const [change] = planOf(after, actualGroup()).changes
  expect(change?.action).toBe('replace')
  expect(change?.action === 'replace' ? change.because.map(([first]) => first) : []).toEqual(
    expect.arrayContaining([name]),
  )
})
