import { describe, expect, test } from '@jest/globals'
import { type Circumstances, CONCLUSIONS, conclude } from '../../src/azure/conclusions.ts'
import { DeployError, type ErrorCode } from '../../src/errors.ts'
import type { Pull } from '../../src/inputs/image.ts'
import type { Diagnosis } from '../../src/spec/sighting.ts'
import { container, diagnosis, ended, event } from './sightings.ts'

const AROUND: Circumstances = {
  aponoUrl: 'api.apono.io',
  memory: 2,
  location: 'westeurope',
  connectorVersion: 'v1.7.8',
  image: null,
}
const own = (pull: Pull): Circumstances => ({
  ...AROUND,
  image: { reference: 'acme.azurecr.io/connector:v1.7.8', server: 'acme.azurecr.io', pull },
})
const BY_PASSWORD = own({ by: 'password', username: 'puller', password: undefined })
const BY_IDENTITY = own({ by: 'identity', grant: true })
const BY_NOBODY = own({ by: 'default' })
const ELSEWHERE = { ...AROUND, aponoUrl: 'apono.example.com' }
const UNHEALTHY = new DeployError('connector-unhealthy', 'It does not run.', { hint: 'Look at it.' })

const crashed = container({ current: ended(1, 20, 10) })
const logged = (...lines: readonly string[]) => diagnosis(crashed, lines)
const pulling = (message: string) =>
  diagnosis(
    container({ current: undefined, events: [event('Failed', 5, 2, `Failed to pull image "x": ${message}`)] }),
    [],
  )
const failed = (name: string, message: string) =>
  diagnosis(container({ current: undefined }), [], { events: [event(name, 5, 1, message)] })

type Case = readonly [what: string, seen: Diagnosis, code: ErrorCode, around?: Circumstances]

const CASES: readonly Case[] = [
  ['a registry that refuses the token', pulling('unauthorized: authentication required'), 'connector-token-refused'],
  ['a registry that denies access', pulling('denied: requested access is denied'), 'connector-token-refused'],
  [
    'an own registry that refuses the password',
    pulling('unauthorized: authentication required'),
    'image-not-accessible',
    BY_PASSWORD,
  ],
  ['an own registry that refuses the identity', pulling('unauthorized: x'), 'image-not-accessible', BY_IDENTITY],
  ['an own registry that is not open to all', pulling('denied: access is denied'), 'image-not-accessible', BY_NOBODY],
  ['an own image that does not exist', pulling('manifest unknown'), 'image-not-accessible', BY_PASSWORD],
  ['a version that does not exist', pulling('manifest unknown'), 'image-not-accessible'],
  ['a registry that cannot be reached', pulling('dial tcp 10.0.0.1:443: i/o timeout'), 'no-outbound-network'],
  ['a registry whose name leads nowhere', pulling('lookup registry.apono.io: no such host'), 'no-outbound-network'],
  ['a full region', failed('InsufficientCapacity.', 'None left.'), 'no-capacity'],
  ['a used up quota', failed('ContainerGroupQuotaReached', 'exceeded'), 'quota-exceeded'],
  ['a subnet that is not delegated', failed('Failed', 'SubnetMissingRequiredDelegation'), 'subnet-not-usable'],
  ['a kill for memory', diagnosis(container({ current: ended(137, 20, 10, 'OOMKilled') }), []), 'out-of-memory'],
  ['a kill by an unnamed hand', diagnosis(container({ current: ended(137, 20, 10) }), []), 'out-of-memory'],
  [
    'a kill by the probe',
    diagnosis(container({ previous: ended(137, 20, 10), events: [event('Unhealthy', 5, 3)] }), []),
    'connector-unhealthy',
  ],
  ['a token that Apono refuses', logged('ERROR Apono: the token was not accepted'), 'connector-token-refused'],
  ['a connection that is unauthorized', logged('connect api.apono.io: 401 Unauthorized'), 'connector-token-refused'],
  [
    'a host of the user that does not exist',
    logged('lookup apono.example.com: no such host'),
    'apono-url-wrong',
    ELSEWHERE,
  ],
  [
    'a host that is not Apono',
    logged('x509: certificate is valid for x, not apono.example.com'),
    'apono-url-wrong',
    ELSEWHERE,
  ],
  ['names that cannot be resolved', logged('getaddrinfo ENOTFOUND api.apono.io'), 'no-outbound-network'],
  ['a network without a way out', logged('connect to registry.apono.io: ETIMEDOUT 1.2.3.4:443'), 'no-outbound-network'],
  ['names of the own registry', logged('lookup acme.azurecr.io: no such host'), 'no-outbound-network', BY_PASSWORD],
  ['anything else', logged('panic: nil pointer'), 'connector-unhealthy'],
  // What a connector has to do with others says nothing of how it gets on with Apono.
  ...[
    'integration mysql-prod 10.0.0.4:3306: connection refused',
    'database query timed out',
    'lookup db.internal: no such host',
    'azure: ExpiredAuthenticationToken: the access token is expired',
    'list role assignments: unauthorized',
    'apono-connector: vault token is invalid',
  ].map((line): Case => [`a log that says "${line}"`, logged(line, 'panic: nil pointer'), 'connector-unhealthy']),
]

describe('the conclusion from', () => {
  test.each(CASES)('%s', (_what, seen, code, around = AROUND) => {
    const error = conclude(UNHEALTHY, seen, around)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^It does not run\.\n[A-Z].*[^.]\.$/)
    expect(error.hint).not.toBe('')
    expect(error.cause).toBe(UNHEALTHY)
  })

  test('every row of the table is met by a case', () => {
    const met = CASES.map(([, seen, , around = AROUND]) => CONCLUSIONS.findIndex((row) => row.matches(seen, around)))
    expect([...new Set(met)].sort((a, b) => a - b)).toEqual(CONCLUSIONS.map((_, index) => index))
  })

  test('nothing is none: the failure stays as it is', () => {
    expect(conclude(UNHEALTHY, diagnosis(container(), ['Connected']), AROUND)).toBe(UNHEALTHY)
  })

  test('what happened long ago is none either', () => {
    const old = container({
      previous: ended(137, 90_000, 80_000, 'OOMKilled'),
      events: [event('Unhealthy', 80_000, 5), event('Failed', 80_000, 2, 'Failed to pull image: unauthorized')],
    })
    expect(conclude(UNHEALTHY, diagnosis(old, []), AROUND)).toBe(UNHEALTHY)
  })

  test('an own image is not blamed on the token, nor on the version', () => {
    const cases = [
      [BY_PASSWORD, 'unauthorized', 'refuses the user name or the password', '`registry-password`'],
      [BY_IDENTITY, 'unauthorized', 'refuses the identity', 'AcrPull'],
      [BY_NOBODY, 'unauthorized', 'does not give the image to everybody', '`registry-username`'],
      [BY_PASSWORD, 'manifest unknown', 'has no image acme.azurecr.io/connector:v1.7.8', '`image`'],
    ] as const
    for (const [around, reason, said, hint] of cases) {
      const { message, hint: told } = conclude(UNHEALTHY, pulling(reason), around)
      expect(message).toContain(said)
      expect(told).toContain(hint)
      expect(`${message} ${told}`).not.toMatch(/Apono token|apono-token|connector-version/)
    }
  })

  test("a mirror of Apono's registry as anybody sees it is Apono's registry still", () => {
    const image = {
      reference: 'registry.apono.io/other:v1',
      server: 'registry.apono.io',
      pull: { by: 'default' },
    } as const
    const refused = conclude(UNHEALTHY, pulling('unauthorized'), { ...AROUND, image })
    expect(refused.code).toBe('connector-token-refused')
  })

  test('a full region names others nearby, where any are known', () => {
    const seen = failed('InsufficientCapacity.', 'None left.')
    expect(conclude(UNHEALTHY, seen, AROUND).hint).toContain('northeurope, swedencentral, francecentral are near.')
    expect(conclude(UNHEALTHY, seen, { ...AROUND, location: 'atlantis' }).hint).toContain(
      'may go to another `location`.',
    )
  })
})
