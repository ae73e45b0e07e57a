import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { connectionOf, registeredConnector, type Wanted } from '../../src/apono/registered-connector.ts'

const WANTED: Wanted = {
  subscriptionId: 'S1',
  resourceGroup: 'rg-apono',
  region: 'westeurope',
  version: 'v1.7.8',
  sessions: 1,
}

function session(place: Record<string, unknown> = {}, version: unknown = '1.7.8') {
  const told = { subscription_id: 's1', resource_group: 'RG-apono', region: 'West Europe', ...place }
  return { metadata: { connector_version: version, cloud_provider_metadata: told } }
}

function judged(body: unknown, wanted: Partial<Wanted> = {}) {
  return connectionOf(registeredConnector(body), { ...WANTED, ...wanted })
}

const CONNECTED = { status: 'Connected', version: '1.7.8' }

describe('a connector is connected', () => {
  test('when its sessions are those of this deployment, in any casing, with or without the v', () => {
    expect(judged({ ...CONNECTED, sessions: [session()] })).toEqual({ is: 'connected', version: 'v1.7.8', others: 0 })
    expect(judged({ ...CONNECTED, sessions: [session({}, 'V1.7.8')] })).toMatchObject({ is: 'connected' })
  })

  test('also when others use its id elsewhere: they are counted', () => {
    const sessions = [session(), session({ resource_group: 'rg-other' })]
    expect(judged({ ...CONNECTED, sessions })).toMatchObject({ is: 'connected', others: 1 })
  })

  test('with an image whose version nobody knows', () => {
    expect(judged({ ...CONNECTED, sessions: [session({}, '9.9.9')] }, { version: undefined })).toMatchObject({
      is: 'connected',
    })
  })
})

describe('a connector is not connected', () => {
  test.each([
    ['before it ever was', undefined, 'it has never connected'],
    ['when Apono says so', { status: 'DISCONNECTED', sessions: [session()] }, 'calls the connector disconnected'],
    ['without a status', { sessions: [session()] }, 'calls the connector nothing'],
    ['without sessions', CONNECTED, 'sees 0 of 1 sessions'],
    [
      'in another subscription',
      { ...CONNECTED, sessions: [session({ subscription_id: 's2' })] },
      'subscription "s2" instead of "S1"',
    ],
    [
      'in another group',
      { ...CONNECTED, sessions: [session({ resource_group: 'x' })] },
      'resource group "x" instead of "rg-apono"',
    ],
    [
      'in another region',
      { ...CONNECTED, sessions: [session({ region: 'eastus' })] },
      'region "eastus" instead of "westeurope"',
    ],
    ['in another version', { ...CONNECTED, sessions: [session({}, '1.7.7')] }, 'version "v1.7.7" instead of "v1.7.8"'],
  ])('%s', (_when, body, said) => {
    const connector = body === undefined ? undefined : registeredConnector(body)
    expect(connectionOf(connector, WANTED)).toMatchObject({
      is: 'not-connected',
      detail: expect.stringContaining(said),
    })
  })

  test('with fewer sessions than replicas', () => {
    const seen = judged({ ...CONNECTED, sessions: [session(), session()] }, { sessions: 3 })
    expect(seen).toMatchObject({ is: 'not-connected', detail: 'Apono sees 2 of 3 sessions of this deployment.' })
  })
})

test('whatever Apono answers is read without a throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => void judged(body)))
})
