import type { ContainerGroup as ArmGroup, Container } from '@azure/arm-containerinstance'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { connectorContainer, fromArm, shortRegion, toArm } from '../../src/azure/container-group-arm.ts'
import { connectorIdIn } from '../../src/azure/container-group-variables.ts'
import { diff } from '../../src/engine/diff.ts'
import { type Properties, sensitive } from '../../src/engine/resource.ts'
import type { ContainerGroupProperties } from '../../src/spec/resources.ts'
import {
  asReturned,
  desiredGroup,
  INHERITED,
  returnedGroup,
  SECRETS,
  someInputs,
  TOKEN,
  TOKEN_FINGERPRINT,
  theOne,
} from '../builders.ts'

const wanted = desiredGroup().properties
const { restartPolicy: _always, ...withoutPolicy } = returnedGroup()

/** Paths at which such a group differs from ours, with what it has there. */
function differences(group: ArmGroup): Properties {
  return Object.fromEntries(diff(fromArm(group), wanted).map(({ path, before }) => [path.join('.'), before ?? null]))
}

describe('what is sent', () => {
  test('is the whole group, with the token as a secure variable and as the password of the registry', () => {
    expect(toArm(wanted, SECRETS)).toEqual({
      location: 'westeurope',
      osType: 'Linux',
      identity: { type: 'SystemAssigned' },
      restartPolicy: 'Always',
      containers: [
        {
          name: 'apono-connector',
          image: 'registry.apono.io/apono-connector:v1.7.8',
          environmentVariables: [
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'APONO_CONNECTOR_ID', value: 'apono-connector' },
            { name: 'APONO_URL', value: 'api.apono.io' },
            {
              name: 'CONNECTOR_METADATA',
              value:
                '{"cloud_provider":"AZURE","is_azure_admin":false,"region":"westeurope","resource_group":"rg-apono","subscription_id":"5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33"}',
            },
            { name: 'APONO_TOKEN', secureValue: TOKEN },
          ],
          resources: { requests: { cpu: 1, memoryInGB: 2 } },
          livenessProbe: {
            httpGet: { path: '/healthz', port: 8080, scheme: 'http' },
            initialDelaySeconds: 30,
            periodSeconds: 30,
            failureThreshold: 3,
          },
        },
      ],
      imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono', password: TOKEN }],
      tags: {
        team: 'platform',
        'cost-center': '4711',
        'apono-managed-by': 'azure-connector-action',
        'apono-connector-id': 'apono-connector',
        'apono-token-fingerprint': TOKEN_FINGERPRINT,
        'apono-last-applied': wanted.lastApplied,
      },
    })
  })

  test('holds the token in those two places only', () => {
    expect(JSON.stringify(toArm(wanted, SECRETS)).split(TOKEN)).toHaveLength(3)
    expect(JSON.stringify(toArm(wanted, SECRETS))).not.toContain(`"value":"${TOKEN}"`)
  })

  test('leaves out what is not wanted', () => {
    const bare = toArm({ ...wanted, livenessProbe: null, registry: null, identity: { type: 'None', ids: [] } }, SECRETS)
    expect(bare).not.toHaveProperty('imageRegistryCredentials')
    expect(theOne(bare.containers)).not.toHaveProperty('livenessProbe')
    expect(bare.identity).toEqual({ type: 'None' })
  })
})

describe('what comes back', () => {
  const name = (pattern: RegExp) => fc.stringMatching(pattern).filter((text) => !INHERITED.has(text))
  const inputs = fc.record({
    connectorId: name(/^[a-z][a-z0-9-]{0,20}$/),
    connectorVersion: fc.constantFrom('v1.6.6', 'v1.6.7', 'v1.7.8', 'v2.0.0'),
    aponoUrl: fc.constantFrom('api.apono.io', 'api.eu.apono.io'),
    cpu: fc.integer({ min: 100, max: 3100 }).map((hundredths) => hundredths / 100),
    memory: fc.integer({ min: 5, max: 2400 }).map((tenths) => tenths / 10),
    environment: fc.dictionary(name(/^[B-Z_][A-Z0-9_]{0,10}$/), fc.string({ unit: 'grapheme' })),
    tags: fc.dictionary(name(/^[b-z][a-z0-9 .:-]{0,20}$/), fc.string({ unit: 'grapheme' })),
  })
  const fingerprints = fc.constantFrom(null, TOKEN_FINGERPRINT)

  test('is, for any inputs, what was wanted: a plan after an apply is empty', () => {
    fc.assert(
      fc.property(inputs, fingerprints, (changes, fingerprint) => {
        const { properties } = desiredGroup(changes, fingerprint)
        expect(fromArm(asReturned(toArm(properties, SECRETS)))).toEqual(properties)
      }),
    )
  })

  test('is the same when Azure writes the region and the metadata in its own way', () => {
    const { containers, ...group } = returnedGroup({ location: 'West Europe' })
    const [connector] = containers
    const variables = connector?.environmentVariables?.map((variable) =>
      variable.name === 'CONNECTOR_METADATA'
        ? { ...variable, value: JSON.stringify(wanted.environment.CONNECTOR_METADATA, null, 2) }
        : variable,
    )
    expect(
      fromArm({ ...group, containers: containers.map((item) => ({ ...item, environmentVariables: variables ?? [] })) }),
    ).toEqual(wanted)
  })

  test.each<[string, ArmGroup]>([
    ['restart policy', withoutPolicy],
    ['sku and priority', returnedGroup({ sku: 'Standard', priority: 'Regular' })],
    ['lists', returnedGroup({ initContainers: [], volumes: [], subnetIds: [], zones: [], extensions: [] })],
    ['container', returnedGroup({}, { command: [], ports: [], volumeMounts: [] })],
    [
      'probe',
      returnedGroup(
        {},
        {
          livenessProbe: {
            httpGet: { path: '/healthz', port: 8080, scheme: 'http', httpHeaders: [] },
            initialDelaySeconds: 30,
            periodSeconds: 30,
            failureThreshold: 3,
            successThreshold: 1,
            timeoutSeconds: 1,
          },
        },
      ),
    ],
  ])('does not differ by the defaults of its %s', (_title, group) => {
    expect(differences(group)).toEqual({})
  })

  test('of a group with nothing in it reads as empty, not as an error', () => {
    expect(fromArm({ containers: [], osType: 'Linux' })).toEqual({
      location: '',
      image: '',
      cpu: 0,
      memory: 0,
      osType: 'Linux',
      restartPolicy: 'Always',
      state: 'Running',
      identity: { type: 'None', ids: [] },
      registry: null,
      token: null,
      registryPassword: null,
      network: { subnet: null, address: null, ports: [], dns: null },
      zones: null,
      logAnalytics: null,
      environment: {},
      livenessProbe: null,
      tags: {},
      lastApplied: null,
      containerName: '',
    })
  })
})

describe('the token', () => {
  const token = (variables: Container['environmentVariables'], tags: Record<string, string> = {}) =>
    fromArm(returnedGroup({ tags }, { environmentVariables: variables ?? [] })).token

  test('that is secure is known by the fingerprint in the tags, if there is one', () => {
    expect(token([{ name: 'APONO_TOKEN' }], { 'apono-token-fingerprint': '1.x' })).toEqual(sensitive('1.x'))
    expect(token([{ name: 'APONO_TOKEN' }])).toEqual(sensitive(null))
  })

  test('in plain text is told, but never taken in', () => {
    const group = returnedGroup({}, { environmentVariables: [{ name: 'APONO_TOKEN', value: TOKEN }] })
    expect(fromArm(group).token).toBe('readable in plain text')
    expect(JSON.stringify(fromArm(group))).not.toContain(TOKEN)
  })

  test('that is missing is null, whatever the tags say', () => {
    expect(token([], { 'apono-token-fingerprint': '1.x' })).toBeNull()
  })
})

describe('variables', () => {
  const environment = (variables: Container['environmentVariables']) =>
    fromArm(returnedGroup({}, { environmentVariables: variables ?? [] })).environment

  test('that somebody made secure are told as unknown', () => {
    expect(environment([{ name: 'PASSWORD' }, { name: 'EMPTY', value: '' }])).toEqual({
      PASSWORD: sensitive(null),
      EMPTY: '',
    })
  })

  test.each(['no JSON', '4711', 'null', '"text"'])('with metadata that is no object (%s) stay a text', (value) => {
    expect(environment([{ name: 'CONNECTOR_METADATA', value }])).toEqual({ CONNECTOR_METADATA: value })
  })

  test('that look like JSON stay a text', () => {
    expect(environment([{ name: 'OTHER', value: '{"b":1}' }])).toEqual({ OTHER: '{"b":1}' })
  })
})

describe('the connector of a group made by hand', () => {
  const named = (name: string, id?: string): Container => ({
    name,
    image: 'x',
    resources: { requests: { cpu: 1, memoryInGB: 1 } },
    ...(id !== undefined && { environmentVariables: [{ name: 'APONO_CONNECTOR_ID', value: id }] }),
  })

  test('is the container that knows its id, else the first', () => {
    const [side, connector] = [named('side'), named('anything', 'apono-connector')]
    expect(connectorContainer({ osType: 'Linux', containers: [side, connector] })).toBe(connector)
    expect(connectorContainer({ osType: 'Linux', containers: [side, named('other')] })).toBe(side)
    expect(connectorContainer({ osType: 'Linux', containers: [] })).toBeUndefined()
  })

  test('has the id of its variable', () => {
    expect(connectorIdIn(named('x', 'one').environmentVariables)).toBe('one')
    expect(connectorIdIn([{ name: 'OTHER', value: 'one' }])).toBeUndefined()
    expect(connectorIdIn(undefined)).toBeUndefined()
  })
})

test.each([
  ['West Europe', 'westeurope'],
  ['westeurope', 'westeurope'],
  ['East US 2', 'eastus2'],
])('the region %s is %s', (region, short) => {
  expect(shortRegion(region)).toBe(short)
})

test('an update that only the run without a token plans says nothing of the token', () => {
  const without: ContainerGroupProperties = desiredGroup(someInputs({ aponoToken: undefined }), null).properties
  expect(diff(fromArm(returnedGroup()), without)).toEqual([])
})
