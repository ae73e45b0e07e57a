import { describe, expect, test } from '@jest/globals'
import { type Actual, addressOf, type Ownership, sensitive } from '../../src/engine/resource.ts'
import { type Drift, isDrifted } from '../../src/spec/drift.ts'
import type { AzureResource, ContainerGroupProperties } from '../../src/spec/resources.ts'
import { actualGroup, desiredGroup, OTHER_FINGERPRINT } from '../builders.ts'
import { asApplied, type Changes, causes, driftOf, edited, GROUP, REPLACED } from './drift-builders.ts'
import { existingGrants, existingGroup, furtherGrant, onSubscription, planFor, VAULT } from './grant-builders.ts'

describe('a difference of the group', () => {
  test.each<[string, string, Changes, Actual<AzureResource>, Record<string, string>]>([
    ['nothing at all', 'is none', {}, asApplied, {}],
    ['another tag in Azure', 'is drift', {}, edited({ tags: { team: 'other' } }), { [GROUP]: 'drift' }],
    ['another size in Azure', 'is drift', {}, edited({ cpu: 4 }), { [REPLACED]: 'drift' }],
    ['a stopped group', 'is drift', {}, edited({ state: 'Stopped' }), { [GROUP]: 'drift' }],
    ['another tag in the inputs', 'is pending', { tags: {} }, asApplied, { [GROUP]: 'pending' }],
    ['another size in the inputs', 'is pending', { cpu: 2 }, asApplied, { [REPLACED]: 'pending' }],
    [
      'one of each',
      'is both',
      { connectorVersion: 'v1.8.0' },
      edited({ tags: { team: 'other' } }),
      { [GROUP]: 'both' },
    ],
    [
      'another value on either side of one property',
      'is both',
      { tags: { team: 'security' } },
      edited({ tags: { team: 'other' } }),
      { [GROUP]: 'both' },
    ],
    [
      'more replicas in the inputs, and nothing else,',
      'is pending',
      { replicas: 2 },
      asApplied,
      { [GROUP]: 'pending', 'create apono-connector-2': 'pending' },
    ],
  ])('of %s %s', (_title, _cause, changes, existing, expected) => {
    expect(causes(driftOf(changes, [existing]))).toEqual(expected)
  })

  test('in what we never ask for is drift', () => {
    const group = existingGroup()
    const properties = { ...group.resource.properties, volumes: ['data'] }
    const drift = driftOf({}, [{ ...group, resource: { ...group.resource, properties } }])
    expect(causes(drift)).toEqual({ [REPLACED]: 'drift' })
  })

  test('that the inputs have caught up with is only the record to renew, and no drift', () => {
    const tags = { team: 'security' }
    const byHand = edited({ tags: desiredGroup({ tags }).properties.tags })
    expect(causes(driftOf({ tags }, [byHand]))).toEqual({ [GROUP]: 'pending' })
  })
})

describe('without a record', () => {
  test.each([
    ['taken away', null],
    ['edited', 'nonsense'],
    ['of a later version', `2.${'0'.repeat(140)}`],
  ])('that can be read (%s), every difference is drift', (_title, lastApplied) => {
    expect(causes(driftOf({ connectorVersion: 'v1.8.0' }, [edited({ lastApplied })]))).toEqual({ [GROUP]: 'drift' })
  })

  test('a group that nobody marked is drift, and so are grants that are missing', () => {
    const byHand = actualGroup({ ...desiredGroup().properties, tags: {}, lastApplied: null })
    const permissions = onSubscription()
    const drift = driftOf({ permissions }, [{ ...byHand, ownership: { by: 'nobody' } }])
    expect(new Set(Object.values(causes(drift)))).toEqual(new Set(['drift']))
  })

  // Deleting the tag itself is an edit too, though nothing else differs.
  test('that somebody took away and nothing else is drift', () => {
    expect(causes(driftOf({}, [edited({ lastApplied: null })]))).toEqual({ [GROUP]: 'drift' })
  })
})

describe('the token', () => {
  test('that is another in the inputs is pending', () => {
    expect(causes(driftOf({}, [edited({ token: sensitive(OTHER_FINGERPRINT) })]))).toEqual({ [GROUP]: 'pending' })
  })

  test.each<[string, ContainerGroupProperties['token']]>([
    ['is gone', null],
    ['can be read in plain text', 'readable in plain text'],
    ['has lost its fingerprint', sensitive(null)],
  ])('that %s in Azure is drift', (_title, token) => {
    expect(causes(driftOf({}, [edited({ token })]))).toEqual({ [GROUP]: 'drift' })
  })

  test('that is not given in this run is no difference', () => {
    expect(driftOf({ aponoToken: undefined }, [asApplied], null).judgements).toEqual([])
  })
})

describe('a grant', () => {
  const permissions = onSubscription()
  const granted = [existingGroup({ permissions }), ...existingGrants({ permissions })]
  const ACCESS = /User Access Administrator/
  const ours = (by: Ownership = { by: 'us' }) => furtherGrant(7, by, { scope: VAULT })
  const causeOf = (drift: Drift, name: RegExp) => drift.judgements.find(({ change }) => name.test(change.name))?.cause

  test('that somebody took away is drift', () => {
    expect(causes(driftOf({ permissions }, granted.slice(0, 1)))).toMatchObject({
      [`create ${granted[1]?.resource.name}`]: 'drift',
    })
  })

  test('that somebody changed is drift', () => {
    const [group, access] = granted
    if (group === undefined || access?.resource.kind !== 'role-assignment') throw new Error('no grant')
    const widened = { ...access.resource, properties: { ...access.resource.properties, condition: 'true' } }
    expect(causeOf(driftOf({ permissions }, [group, { ...access, resource: widened }]), ACCESS)).toBe('drift')
  })

  test('that the inputs newly ask for is pending, with the group that remembers it', () => {
    const drift = driftOf({ permissions }, [existingGroup()])
    expect(causeOf(drift, ACCESS)).toBe('pending')
    expect(causeOf(drift, /^apono-connector$/)).toBe('pending')
    expect(isDrifted(drift)).toBe(false)
  })

  test('that the inputs no longer ask for is pending, until somebody applies them', () => {
    expect(causeOf(driftOf({}, granted), ACCESS)).toBe('pending')
  })

  test.each<[string, Changes]>([
    ['another', { permissions, extraRoleAssignments: [{ role: 'Reader', scope: VAULT }] }],
    ['it no longer', {}],
  ])('that somebody changed is drift still, when the inputs ask for %s meanwhile', (_title, changes) => {
    const [group, access] = granted
    if (group === undefined || access?.resource.kind !== 'role-assignment') throw new Error('no grant')
    const widened = { ...access.resource, properties: { ...access.resource.properties, condition: 'true' } }
    const drift = driftOf(changes, [group, { ...access, resource: widened }])
    expect(causeOf(drift, ACCESS)).toBe('both')
    expect(isDrifted(drift)).toBe(true)
  })

  test('of others that the inputs no longer ask for makes no drift', () => {
    const [group, access] = granted
    if (group === undefined || access === undefined) throw new Error('no grant')
    const drift = driftOf({}, [group, { ...access, ownership: { by: 'nobody' } }])
    expect(causes(drift)).toEqual({ [GROUP]: 'pending' })
  })

  test('of ours that nobody asked for is drift, and one of others is nothing', () => {
    expect(causes(driftOf({ permissions }, [...granted, ours()]))).toEqual({
      [`delete ${ours().resource.name}`]: 'drift',
    })
    expect(driftOf({ permissions }, [...granted, ours({ by: 'other', description: 'x' })]).judgements).toEqual([])
  })
})

describe('replicas', () => {
  const replica = (index: number, changes: Changes) => {
    const group = existingGroup(changes)
    const resource = {
      ...group.resource,
      address: addressOf('container-group', index),
      name: `apono-connector-${index + 1}`,
    }
    return { ...group, resource, armId: `${group.armId}-${index + 1}` }
  }
  const applied = (replicas: number): Changes => ({ replicas })

  test('of which one is gone have drifted', () => {
    const first = actualGroup({ ...desiredGroupOf(applied(2)) })
    expect(causes(driftOf(applied(2), [first]))).toEqual({ 'create apono-connector-2': 'drift' })
  })

  test('of which the inputs ask for fewer are pending', () => {
    const properties = desiredGroupOf(applied(2))
    const second = replica(1, {})
    const drift = driftOf({}, [actualGroup(properties), { ...second, resource: { ...second.resource, properties } }])
    expect(causes(drift)).toEqual({ [GROUP]: 'pending', 'delete apono-connector-2': 'pending' })
  })

  test('of which one is gone have drifted, though the inputs ask for more by now', () => {
    const drift = driftOf(applied(3), [actualGroup(desiredGroupOf(applied(2)))])
    expect(causes(drift)).toMatchObject({ 'create apono-connector-2': 'both', 'create apono-connector-3': 'both' })
    expect(isDrifted(drift)).toBe(true)
  })

  /** What the first of several groups is applied as. */
  function desiredGroupOf(changes: Changes): ContainerGroupProperties {
    const first = planFor(changes).changes.find(({ name }) => name === 'apono-connector')
    if (first?.action !== 'create' || first.after.kind !== 'container-group') throw new Error('no first group')
    return first.after.properties
  }
})
