import { describe, expect, test } from '@jest/globals'
import { sensitive } from '../../src/engine/resource.ts'
import { answersHealthProbe, imageOf } from '../../src/spec/connector.ts'
import { desiredFrom, targetsOf } from '../../src/spec/desired.ts'
import { sentTags } from '../../src/spec/desired-container-group.ts'
import { desiredGroup, SUBSCRIPTION_ID, someInputs, someSurroundings, TOKEN, TOKEN_FINGERPRINT } from '../builders.ts'

const surroundings = someSurroundings()

describe('the connector that is asked for', () => {
  test('is one container group, as the vendor sets it up', () => {
    expect([...desiredFrom(someInputs(), surroundings, new Map())]).toEqual([
      [
        'container-group[0]',
        {
          kind: 'container-group',
          address: 'container-group[0]',
          name: 'apono-connector',
          properties: {
            location: 'westeurope',
            image: 'registry.apono.io/apono-connector:v1.7.8',
            cpu: 1,
            memory: 2,
            osType: 'Linux',
            restartPolicy: 'Always',
            state: 'Running',
            identity: { type: 'SystemAssigned', ids: [] },
            registry: { server: 'registry.apono.io', username: 'apono' },
            token: { sensitive: true, fingerprint: TOKEN_FINGERPRINT },
            registryPassword: null,
            network: { subnet: null, address: null, ports: [], dns: null },
            zones: null,
            logAnalytics: null,
            environment: {
              LOG_LEVEL: 'info',
              APONO_CONNECTOR_ID: 'apono-connector',
              APONO_URL: 'api.apono.io',
              CONNECTOR_METADATA: {
                cloud_provider: 'AZURE',
                subscription_id: SUBSCRIPTION_ID,
                resource_group: 'rg-apono',
                region: 'westeurope',
                is_azure_admin: false,
              },
            },
            livenessProbe: { path: '/healthz', port: 8080, initialDelay: 30, period: 30, failures: 3, others: {} },
            tags: {
              team: 'platform',
              'cost-center': '4711',
              'apono-managed-by': 'azure-connector-action',
              'apono-connector-id': 'apono-connector',
            },
            lastApplied: expect.stringMatching(/^2\.[0-9a-f]{180}$/),
          },
        },
      ],
    ])
  })

  test('stands where it is looked for', () => {
    const inputs = someInputs({ name: 'connector-one' })
    expect(targetsOf(inputs)).toEqual([{ address: 'container-group[0]', name: 'connector-one' }])
    expect([...desiredFrom(inputs, surroundings, new Map()).keys()]).toEqual(
      targetsOf(inputs).map(({ address }) => address),
    )
  })

  test('holds the token nowhere, only what can be told apart of it', () => {
    expect(JSON.stringify(desiredGroup())).not.toContain(TOKEN)
    expect(desiredGroup({}, null).properties.token).toEqual(sensitive(null))
  })

  test('keeps its marks and its own variables, whatever tags and variables are given', () => {
    const { environment, tags } = desiredGroup({
      environment: { APONO_URL: 'evil.example' },
      tags: { 'apono-managed-by': 'somebody', 'apono-connector-id': 'other' },
    }).properties
    expect(environment.APONO_URL).toBe('api.apono.io')
    expect(tags).toEqual({ 'apono-managed-by': 'azure-connector-action', 'apono-connector-id': 'apono-connector' })
  })
})

describe('the health probe', () => {
  test.each([
    ['v1.6.6', false],
    ['v1.6.7', true],
    ['v1.6.10', true],
    ['v1.7.0', true],
    ['v2.0.0', true],
    ['v1.5.99', false],
    ['v0.9.9', false],
    ['v10.0.0', true],
  ])('of a connector %s, which answers one: %s', (version, answers) => {
    expect(answersHealthProbe(version)).toBe(answers)
    expect(desiredGroup({ connectorVersion: version }).properties.livenessProbe !== null).toBe(answers)
    expect(desiredGroup({ connectorVersion: version }).properties.image).toBe(imageOf(version))
  })
})

describe('the tags that are sent', () => {
  test("are the group's own and what is remembered of its token and of the apply", () => {
    expect(sentTags(desiredGroup().properties)).toEqual({
      team: 'platform',
      'cost-center': '4711',
      'apono-managed-by': 'azure-connector-action',
      'apono-connector-id': 'apono-connector',
      'apono-token-fingerprint': TOKEN_FINGERPRINT,
      'apono-last-applied': desiredGroup().properties.lastApplied,
    })
  })

  test.each([
    ['is not known', sensitive(null)],
    ['stands there in plain text', 'readable in plain text' as const],
    ['is not there', null],
  ])('hold no fingerprint of a token that %s', (_title, token) => {
    expect(sentTags({ ...desiredGroup().properties, token })).not.toHaveProperty('apono-token-fingerprint')
  })
})
