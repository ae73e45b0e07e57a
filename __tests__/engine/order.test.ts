import { describe, expect, test } from '@jest/globals'
import { wavesOf } from '../../src/engine/order.ts'
import type { Change } from '../../src/engine/plan.ts'
import { addressOf, type Resource, referenceTo } from '../../src/engine/resource.ts'
import { actualThing } from '../builders.ts'

const RANK = {
  grant: { place: 0, oneByOne: false },
  store: { place: 0, oneByOne: false, outlives: true },
  group: { place: 1, oneByOne: true },
}

type Kind = keyof typeof RANK
type Thing = Resource<Kind>

function of(kind: Kind, index: number, properties: Thing['properties'] = {}): Thing {
  return { kind, address: addressOf(kind, index), name: `${kind}-${index}`, properties }
}

/** A grant that holds the identity of a group. */
function grantFor(group: number, index: number): Thing {
  return of('grant', index, { principal: referenceTo(addressOf('group', group), 'principal-id') })
}

function create(after: Thing): Change<Thing> {
  return { action: 'create', address: after.address, kind: after.kind, name: after.name, after, knownAfterApply: [] }
}

function replace(after: Thing): Change<Thing> {
  const { address, kind, name } = after
  const before = { ...actualThing(after), resource: { ...after, properties: {} } }
  const common = { address, kind, name, before, after, adopts: false }
  return { ...common, action: 'replace', properties: [], because: [], knownAfterApply: [] }
}

function update(after: Thing): Change<Thing> {
  const { address, kind, name } = after
  const before = { ...actualThing(after), resource: { ...after, properties: {} } }
  return { action: 'update', address, kind, name, before, after, adopts: false, impact: 'none', properties: [] }
}

function leave(action: 'delete' | 'no-op', resource: Thing): Change<Thing> {
  const { address, kind, name } = resource
  return { action, address, kind, name, before: { ...actualThing(resource), resource } }
}

function names(...changes: Change<Thing>[]): string[][] {
  return wavesOf({ changes }, RANK).map((wave) =>
    wave.map(({ change: { action, name }, part }) => `${part === 'whole' ? action : part} ${name}`),
  )
}

describe('the waves of a plan', () => {
  test('go by the place of the kinds, not by their order in the plan', () => {
    expect(names(create(of('group', 0)), create(of('grant', 1)), create(of('grant', 2)))).toEqual([
      ['create grant-1', 'create grant-2'],
      ['create group-0'],
    ])
  })

  test('take away last what others need while they are there', () => {
    expect(
      names(
        leave('delete', of('store', 5)),
        leave('delete', of('grant', 1)),
        leave('delete', of('group', 0)),
        update(of('group', 2)),
      ),
    ).toEqual([['delete grant-1'], ['update group-2'], ['delete group-0'], ['delete store-5']])
  })

  test('leave one by one what waits for something whose turn is before: nothing goes before that is there', () => {
    const needing = (index: number) => of('group', index, { target: referenceTo(addressOf('store', 5), 'id') })
    expect(names(replace(needing(0)), replace(needing(1)), replace(grantFor(1, 7)), create(of('store', 5)))).toEqual([
      ['create store-5'],
      ['replace group-0'],
      ['remove grant-7'],
      ['replace group-1'],
      ['make grant-7'],
    ])
  })

  test('put what waits for a value right behind what it waits for', () => {
    expect(names(create(grantFor(0, 3)), create(of('grant', 1)), create(of('group', 0)))).toEqual([
      ['create grant-1'],
      ['create group-0'],
      ['create grant-3'],
    ])
  })

  test('take away after what is given within a place, and before the next place', () => {
    expect(
      names(
        leave('delete', of('grant', 1)),
        create(of('grant', 2)),
        create(of('group', 0)),
        leave('no-op', of('grant', 4)),
      ),
    ).toEqual([['create grant-2', 'no-op grant-4'], ['delete grant-1'], ['create group-0']])
  })

  test('take rights before the group that used them', () => {
    expect(names(leave('delete', of('group', 0)), leave('delete', of('grant', 1)))).toEqual([
      ['delete grant-1'],
      ['delete group-0'],
    ])
  })

  test('put what is deleted at its own place, also when it held an open value', () => {
    expect(names(leave('delete', grantFor(0, 3)), create(of('group', 0)))).toEqual([
      ['delete grant-3'],
      ['create group-0'],
    ])
  })

  test('of nothing are none', () => {
    expect(names()).toEqual([])
  })
})

describe('those that go one by one', () => {
  test('change in the order of the plan, each with its own after it', () => {
    expect(
      names(update(of('group', 0)), update(of('group', 1)), create(of('group', 2)), create(grantFor(2, 3))),
    ).toEqual([['update group-0'], ['update group-1'], ['create group-2'], ['create grant-3']])
  })

  test('are deleted last of all, after every other has what it needs', () => {
    expect(
      names(
        leave('delete', of('group', 9)),
        create(of('group', 0)),
        create(grantFor(0, 1)),
        leave('delete', of('grant', 2)),
      ),
    ).toEqual([['delete grant-2'], ['create group-0'], ['create grant-1'], ['delete group-9']])
  })

  test('are deleted one at a time too', () => {
    expect(names(leave('delete', of('group', 8)), leave('delete', of('group', 9)))).toEqual([
      ['delete group-8'],
      ['delete group-9'],
    ])
  })

  test('wait for the settling of one that stays as it is', () => {
    expect(names(leave('no-op', of('group', 0)), update(of('group', 1)))).toEqual([
      ['no-op group-0'],
      ['update group-1'],
    ])
  })
})

describe('a replace', () => {
  test('of a group takes its grants right before it goes, and gives them back right after', () => {
    expect(names(replace(of('group', 0)), replace(grantFor(0, 1)), create(grantFor(0, 2)))).toEqual([
      ['remove grant-1'],
      ['replace group-0'],
      ['make grant-1', 'create grant-2'],
    ])
  })

  test('of a grant whose value is known is one step at its own place', () => {
    expect(names(replace(of('group', 0)), replace(of('grant', 1, { principal: 'known' })))).toEqual([
      ['replace grant-1'],
      ['replace group-0'],
    ])
  })

  test('of several groups leaves the grants of the rest until it is their turn', () => {
    expect(
      names(replace(of('group', 0)), replace(of('group', 1)), replace(grantFor(0, 2)), replace(grantFor(1, 3))),
    ).toEqual([
      ['remove grant-2'],
      ['replace group-0'],
      ['make grant-2'],
      ['remove grant-3'],
      ['replace group-1'],
      ['make grant-3'],
    ])
  })

  test('gives and takes away in whole, however many changes there are', () => {
    const groups = Array.from({ length: 10 }, (_, index) => replace(of('group', index)))
    const grants = Array.from({ length: 10 }, (_, index) => replace(grantFor(index, index)))
    const steps = names(...groups, ...grants)
    expect(steps).toEqual(
      groups.flatMap((_, index) => [[`remove grant-${index}`], [`replace group-${index}`], [`make grant-${index}`]]),
    )
  })
})
