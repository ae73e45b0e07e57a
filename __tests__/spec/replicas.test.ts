import { describe, expect, test } from '@jest/globals'
import { type Actual, addressOf } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { desiredFrom, type Surroundings, targetsOf } from '../../src/spec/desired.ts'
import { directoryReadersAddress } from '../../src/spec/desired-grants.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup, desiredGroup, PRINCIPAL_ID, someInputs, someSurroundings } from '../builders.ts'
import { IDENTITY, onManagementGroup, onSubscription, setOf, VAULT } from './grant-builders.ts'

function desired(
  changes: Partial<Inputs>,
  found: readonly Actual<AzureResource>[] = [],
  around: Partial<Surroundings> = {},
): AzureResource[] {
  return [...desiredFrom(someInputs(changes), someSurroundings(around), setOf(found)).values()]
}

const names = (resources: readonly AzureResource[]) => resources.map(({ name }) => name)
const found = (index: number, name: string) => {
  const group = actualGroup()
  return { ...group, resource: { ...group.resource, address: addressOf('container-group', index), name } }
}
const permissions = onSubscription({ directoryReaders: true })

describe('replicas', () => {
  test('are looked for under numbered names, the first under the name itself', () => {
    expect(targetsOf(someInputs({ name: 'eu', replicas: 3 }))).toEqual([
      { address: 'container-group[0]', name: 'eu' },
      { address: 'container-group[1]', name: 'eu-2' },
      { address: 'container-group[2]', name: 'eu-3' },
    ])
  })

  test('are alike but for their names: the same connector, version and size', () => {
    const groups = desired({ replicas: 3 })
    expect(new Set(groups.map(({ properties }) => JSON.stringify(properties))).size).toBe(1)
    expect(names(groups)).toEqual(['apono-connector', 'apono-connector-2', 'apono-connector-3'])
  })

  test('each hold every right, for their own identity', () => {
    const grants = desired({ replicas: 2, permissions }).filter(({ kind }) => kind !== 'container-group')
    expect(grants.map(({ name, properties }) => [name, 'principal' in properties && properties.principal])).toEqual([
      [
        expect.stringMatching(/^User Access Administrator on \S+$/),
        expect.objectContaining({ reference: 'container-group[0]' }),
      ],
      ['Directory Readers', expect.objectContaining({ reference: 'container-group[0]' })],
      [
        expect.stringMatching(/^User Access Administrator on \S+ for apono-connector-2$/),
        expect.objectContaining({ reference: 'container-group[1]' }),
      ],
      ['Directory Readers for apono-connector-2', expect.objectContaining({ reference: 'container-group[1]' })],
    ])
    expect(new Set(grants.map(({ address }) => address)).size).toBe(4)
    expect(grants.map(({ address }) => address)).toContain(directoryReadersAddress(1))
  })

  test('that share a user-assigned identity hold every right once', () => {
    const identity = { type: 'UserAssigned', ids: [IDENTITY] } as const
    const resources = desired({ replicas: 3, permissions, identity }, [], { principal: PRINCIPAL_ID })
    expect(resources.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: 3 }, () => 'container-group'),
      'role-assignment',
      'directory-role-assignment',
    ])
  })

  test('that are more than before keep the addresses of those that are there', () => {
    const before = desired({ permissions }).map(({ address }) => address)
    expect(desired({ permissions, replicas: 2 }).map(({ address }) => address)).toEqual(expect.arrayContaining(before))
  })

  test('are none to destroy, and nor are their rights', () => {
    expect(targetsOf(someInputs({ operation: 'destroy', replicas: 3 }))).toEqual([])
    const extraRoleAssignments = [{ role: 'Reader', scope: VAULT }]
    expect(desired({ operation: 'destroy', replicas: 3, permissions, extraRoleAssignments })).toEqual([])
  })
})

describe('a group that serves already under another name', () => {
  test('keeps it, and so do the names of its grants', () => {
    expect(
      names(desired({ replicas: 2, permissions: onSubscription() }, [found(0, 'by-hand'), found(1, 'other')])),
    ).toEqual(['by-hand', 'other', expect.not.stringContaining('by-hand'), expect.stringMatching(/ for other$/)])
  })

  test('keeps its size where the user wants that, and the next one gets that of the inputs', () => {
    const large = actualGroup({ ...desiredGroup().properties, cpu: 4 }, { ownership: { by: 'nobody' } })
    const groups = desired({ adopt: 'keep-size', replicas: 2 }, [large])
    expect(groups.map(({ properties }) => 'cpu' in properties && properties.cpu)).toEqual([4, 1])
  })
})

describe('the tag of further scopes', () => {
  const tag = (changes: Partial<Inputs>) => desiredGroup(changes).properties.tags['apono-grant-scopes']
  const other = (name: string) => `/providers/Microsoft.Management/managementGroups/${name}`
  const reader = (scope: string) => ({ role: 'Reader', scope })

  test('is not there while every right is in the subscription', () => {
    expect(tag({ permissions, extraRoleAssignments: [reader(VAULT), reader(VAULT.toUpperCase())] })).toBeUndefined()
  })

  test('names each scope outside once, in a fixed order', () => {
    const extraRoleAssignments = [reader(other('z')), reader(other('Z')), reader(other('a'))]
    const wanted = [other('Z'), other('a'), other('mg-platform')].join(' ')
    expect(tag({ permissions: onManagementGroup(), extraRoleAssignments })).toBe(wanted)
  })

  test('takes a neighbour whose id begins alike for one outside', () => {
    const neighbour = '/subscriptions/5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a34'
    expect(tag({ extraRoleAssignments: [reader(neighbour)] })).toBe(neighbour)
  })

  test('never gets longer than a tag may be, and holds whole scopes only', () => {
    const scopes = Array.from({ length: 9 }, (_, index) => other(`group-${index}`))
    const text = String(tag({ extraRoleAssignments: scopes.map(reader) }))
    expect(text.length).toBeLessThanOrEqual(256)
    expect(text.split(' ').every((scope) => scopes.includes(scope))).toBe(true)
    expect(text.split(' ').length).toBeGreaterThan(3)
  })
})
