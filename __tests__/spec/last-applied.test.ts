import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { sensitive } from '../../src/engine/resource.ts'
import { hashOf, isRemembered, recordOf, remembered } from '../../src/spec/last-applied.ts'
import type { ContainerGroupProperties } from '../../src/spec/resources.ts'
import { desiredGroup, OTHER_FINGERPRINT, PRINCIPAL_ID, someProperties } from '../builders.ts'
import { grantsOf, onSubscription, READER, VAULT } from './grant-builders.ts'

const { lastApplied: _none, ...group } = desiredGroup().properties
const record = recordOf(group, [], 1)

/** Which of the remembered values differ between two records. */
function differing(one: string, other: string): string[] {
  const names = ['location', 'image', 'cpu', 'memory', 'osType', 'restartPolicy', 'state', 'identity', 'registry']
  const later = ['network', 'zones', 'logAnalytics', 'workspace']
  const all = [...names, 'environment', 'livenessProbe', 'tags', 'grants', 'replicas', ...later].filter(isRemembered)
  return all.filter((name) => remembered(one, name) !== remembered(other, name))
}

describe('the record of an apply', () => {
  test('fits into a tag, which takes 256 characters of plain ASCII', () => {
    expect(record).toMatch(/^2\.[0-9a-f]{180}$/)
  })

  test.each<[string, Partial<ContainerGroupProperties>]>([
    ['location', { location: 'northeurope' }],
    ['image', { image: 'registry.apono.io/apono-connector:v1.8.0' }],
    ['cpu', { cpu: 2 }],
    ['memory', { memory: 4 }],
    ['osType', { osType: 'Windows' }],
    ['restartPolicy', { restartPolicy: 'Never' }],
    ['state', { state: 'Stopped' }],
    ['identity', { identity: { type: 'None', ids: [] } }],
    ['registry', { registry: null }],
    ['environment', { environment: { ...group.environment, LOG_LEVEL: 'debug' } }],
    ['livenessProbe', { livenessProbe: null }],
    ['tags', { tags: {} }],
    ['network', { network: { ...group.network, subnet: '/subnet' } }],
    ['zones', { zones: ['1'] }],
    ['logAnalytics', { logAnalytics: { workspace: 'a workspace' } }],
  ])('differs in %s alone, where that alone differs', (name, change) => {
    expect(differing(record, recordOf({ ...group, ...change }, [], 1))).toEqual([name])
  })

  test('remembers the grants together, and the number of replicas', () => {
    const grants = grantsOf({ permissions: onSubscription() })
    expect(differing(record, recordOf(group, grants, 1))).toEqual(['grants'])
    expect(differing(record, recordOf(group, [], 2))).toEqual(['replicas'])
    const narrower = grantsOf({ permissions: onSubscription({ constrainRoles: ['Reader'] }) })
    expect(differing(recordOf(group, grants, 1), recordOf(group, narrower, 1))).toEqual(['grants'])
    const others = grantsOf({ extraRoleAssignments: [{ role: READER, scope: VAULT }] })
    expect(differing(recordOf(group, grants, 1), recordOf(group, others, 1))).toEqual(['grants'])
  })

  test('says nothing of whom the grants are for, since a replace makes that another', () => {
    const permissions = onSubscription({ directoryReaders: true })
    expect(recordOf(group, grantsOf({ permissions }, { principal: PRINCIPAL_ID }), 1)).toBe(
      recordOf(group, grantsOf({ permissions }), 1),
    )
  })

  test('remembers the workspace of ours apart from the grants', () => {
    const own = (retention: number) => grantsOf({ logAnalytics: { to: 'own', retention } })
    expect(differing(recordOf(group, own(30), 1), recordOf(group, own(60), 1))).toEqual(['workspace'])
  })

  test('is still read where the first recipe wrote it: what that did not remember could not be had', () => {
    const first = `1.${record.slice(2, 142)}`
    expect(differing(first, record)).toEqual([])
    const inZone = recordOf({ ...group, zones: ['1'] }, [], 1)
    expect(differing(first, inZone)).toEqual(['zones'])
  })

  test('says nothing of the token, which a run may not know', () => {
    expect(recordOf({ ...group, token: sensitive(null) }, [], 1)).toBe(record)
    expect(recordOf({ ...group, token: sensitive(OTHER_FINGERPRINT) }, [], 1)).toBe(record)
    expect(isRemembered('token')).toBe(false)
    expect(isRemembered('lastApplied')).toBe(false)
    expect(isRemembered('constructor')).toBe(false)
  })

  test('is the same in whatever order the names come', () => {
    const turned = Object.fromEntries(Object.entries(group.environment).reverse())
    expect(recordOf({ ...group, environment: turned }, [], 1)).toBe(record)
  })

  test('tells, for any value, whether it is still the same', () => {
    fc.assert(
      fc.property(someProperties, someProperties, (environment, other) => {
        const written = recordOf({ ...group, environment }, [], 1)
        expect(remembered(written, 'environment')).toBe(hashOf(environment))
        const isSame = hashOf(environment) === hashOf(other)
        expect(
          remembered(written, 'environment') ===
            remembered(recordOf({ ...group, environment: other }, [], 1), 'environment'),
        ).toBe(isSame)
      }),
    )
  })
})

describe('what is no record of ours', () => {
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty tag', ''],
    ['a shorter one', record.slice(0, -1)],
    ['a longer one', `${record}0`],
    ['one of a later recipe', record.replace(/^2/, '3')],
    ['one that claims to be of the first recipe', record.replace(/^2/, '1')],
    ['one without a recipe', record.slice(2)],
    ['something else altogether', { formatVersion: 1 }],
  ])('such as %s remembers nothing', (_title, value) => {
    expect(remembered(value, 'image')).toBeUndefined()
  })
})

test('what is absent and what is null leave the same trace', () => {
  expect(hashOf(undefined)).toBe(hashOf(null))
  expect(hashOf(null)).not.toBe(hashOf(''))
  expect(hashOf(1)).not.toBe(hashOf('1'))
})
