import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { connectionOf, registeredConnector, type Wanted } from '../../src/apono/registered-connector.ts'

const WANTED: Wanted = {
  subscriptionId: 'S1',
  resourceGroup: 'rg-apono',
  region: 'westeurope',
  version: 'v1.7.8',
  starts: [undefined],
}

function session(place: Record<string, unknown> = {}, version: unknown = '1.7.8', more: object = {}) {
  const told = { subscription_id: 's1', resource_group: 'RG-apono', region: 'West Europe', ...place }
  return { metadata: { connector_version: version, cloud_provider_metadata: told }, ...more }
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

  test.each([
    [
      'sessions of another kind',
      { metadata: { connector_version: '1.7.8', cloud_provider_metadata: { kubernetes_type: 'EKS' } } },
    ],
    ['sessions that tell nothing', {}],
    ['sessions that do not tell whose they are', session({ subscription_id: null })],
    ['sessions that do not tell where they are', session({ resource_group: null })],
    ['no sessions at all', null],
    ['numbers for sessions', 3],
  ])('by %s', (_what, one) => {
    expect(judged({ ...CONNECTED, sessions: [one] })).toMatchObject({ is: 'not-connected' })
  })

  test('with fewer sessions than replicas', () => {
    const seen = judged(
      { ...CONNECTED, sessions: [session(), session()] },
      { starts: [undefined, undefined, undefined] },
    )
    expect(seen).toMatchObject({ is: 'not-connected', detail: 'Apono sees 2 of 3 sessions of this deployment.' })
  })
})

describe('a session from before the start of the container', () => {
  const START = Date.UTC(2026, 0, 2, 3, 4, 5)
  const at = (seconds: number) =>
    session({}, '1.7.8', { last_connected_time: new Date(START + seconds * 1000).toISOString() })
  const seen = (sessions: readonly object[], starts: Wanted['starts']) =>
    judged({ ...CONNECTED, sessions }, { starts }).is

  test('is of a container that is gone', () => {
    expect(judged({ ...CONNECTED, sessions: [at(-3600)] }, { starts: [START] })).toMatchObject({
      is: 'not-connected',
      detail: 'Apono sees 0 of 1 sessions of this deployment. Others began before the containers that run now.',
    })
    expect(judged({ ...CONNECTED, sessions: [at(-3600), at(5)] }, { starts: [START] })).toMatchObject({
      is: 'connected',
      others: 1,
    })
  })

  test('is taken for one of a clock that differs, within two minutes', () => {
    expect([seen([at(-119)], [START]), seen([at(-121)], [START])]).toEqual(['connected', 'not-connected'])
  })

  test('is not known where either moment is not told', () => {
    const vague = ['yesterday', null, 5].map((told) => session({}, '1.7.8', { last_connected_time: told }))
    for (const one of vague) expect(seen([one], [START])).toBe('connected')
    expect(seen([at(-3600)], [undefined])).toBe('connected')
  })

  test('does not stand in for the container that was started last', () => {
    const starts = [START, START + 600_000]
    expect(seen([at(5), at(10)], starts)).toBe('not-connected')
    expect(seen([at(605), at(10)], starts)).toBe('connected')
  })
})

test('whatever Apono answers is read without a throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (body) => void judged(body)))
})
