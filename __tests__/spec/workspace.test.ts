import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { hasHealthProbe } from '../../src/spec/image.ts'
import { warningsOn } from '../../src/spec/warnings.ts'
import { workspaceName } from '../../src/spec/workspace.ts'
import { lacksZones, refuseZones, zonesOf } from '../../src/spec/zones.ts'
import { deployErrorOf, someInputs } from '../builders.ts'
import { planFor } from './grant-builders.ts'

describe('the name of our workspace', () => {
  const id = fc.stringMatching(/^[a-zA-Z0-9][-_.a-zA-Z0-9]{0,127}$/)

  test('is one that Azure takes, whatever the connector is called', () => {
    fc.assert(
      fc.property(id, (connectorId) =>
        expect(workspaceName({ connectorId })).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/),
      ),
    )
  })

  test('is another for another connector', () => {
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one !== other)
        expect(workspaceName({ connectorId: one })).not.toBe(workspaceName({ connectorId: other }))
      }),
    )
    expect(workspaceName({ connectorId: 'team.one' })).not.toBe(workspaceName({ connectorId: 'team_one' }))
    expect(workspaceName({ connectorId: 'apono-connector' })).toBe('apono-connector-logs')
  })
})

describe('zones', () => {
  test('go round the replicas', () => {
    expect([0, 1, 2, 3].map((replica) => zonesOf(['1', '3'], replica))).toEqual([['1'], ['3'], ['1'], ['3']])
    expect(zonesOf([], 2)).toBeNull()
  })

  test('are refused in regions that are known to have none, and only there', async () => {
    expect([lacksZones('northcentralus'), lacksZones('westeurope'), lacksZones('marscentral')]).toEqual([
      true,
      false,
      false,
    ])
    expect(() => refuseZones('northcentralus', [])).not.toThrow()
    const error = await deployErrorOf(() => refuseZones('northcentralus', ['1']))
    expect(error.code).toBe('location-not-available')
  })
})

test.each([
  ['acme.azurecr.io/c:v1.6.6', false],
  ['acme.azurecr.io/c:1.6.7', true],
  ['acme.azurecr.io/c:v1.8.0@sha256:00', true],
  ['acme.azurecr.io/c:stable', true],
])('an image %s has a health endpoint: %s', (reference, expected) => {
  const image = { reference, server: 'acme.azurecr.io', pull: { by: 'default' } } as const
  expect(hasHealthProbe(someInputs({ image }))).toBe(expected)
})

describe('a group in a subnet is warned of', () => {
  const subnet = { id: '/subscriptions/s/subnets/n', nameServers: [] }
  const warnings = (changes: Partial<Inputs>) => warningsOn(planFor({ subnet, ...changes }))

  test('when its image comes from a private registry that is not Azure’s', () => {
    expect(warnings({}).join()).toContain('it may not get its image from registry.apono.io')
    const image = {
      reference: 'acme.azurecr.io/c:1',
      server: 'acme.azurecr.io',
      pull: { by: 'password', username: 'a', password: 'p' },
    } as const
    expect(warnings({ image })).toEqual([])
    expect(warnings({ image: { ...image, reference: 'ghcr.io/c:1', server: 'ghcr.io' } }).join()).toContain('ghcr.io')
    expect(
      warnings({ image: { reference: 'mcr.microsoft.com/c:1', server: 'mcr.microsoft.com', pull: { by: 'default' } } }),
    ).toEqual([])
  })

  test('when it is to stand in a zone as well', () => {
    expect(warnings({ zones: ['2'] }).join()).toContain('in zone 2 and in a subnet')
    expect(warningsOn(planFor({ zones: ['2'] }))).toEqual([])
  })
})
