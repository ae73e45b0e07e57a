import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { countOf, hasChanges, makePlan, type Plan } from '../../src/engine/plan.ts'
import {
  type Actual,
  type ActualSet,
  addressOf,
  type Properties,
  type Resource,
  sensitive,
} from '../../src/engine/resource.ts'
import { actualThing, someThings, theOne, thing, thingRules } from '../builders.ts'

function plan(desired: readonly Resource[], actual: readonly Actual[]): Plan {
  return makePlan(new Map(desired.map((resource) => [resource.address, resource])), setOf(actual), () => thingRules)
}

function setOf(actual: readonly Actual[]): ActualSet {
  return new Map(actual.map((item) => [item.resource.address, item]))
}

function changeOf(before: Properties, after: Properties, state: Partial<Actual> = {}) {
  return theOne(plan([thing(0, after)], [actualThing(thing(0, before), state)]).changes)
}

test('what does not exist is created, and says what only Azure will know', () => {
  const after = thing(0, { size: 1 })
  expect(plan([after], []).changes).toEqual([
    {
      action: 'create',
      address: 'thing[0]',
      kind: 'thing',
      name: 'thing-0',
      after,
      knownAfterApply: ['serial-number'],
    },
  ])
})

test('what is as it should be is left alone, even when nobody has marked it', () => {
  const before = actualThing(thing(0, { size: 1 }), {
    ownership: { by: 'nobody' },
    health: { is: 'broken', detail: 'Failed' },
  })
  expect(plan([thing(0, { size: 1 })], [before]).changes).toEqual([
    { action: 'no-op', address: 'thing[0]', kind: 'thing', name: 'thing-0', before },
  ])
})

describe('what differs', () => {
  test('in free properties only is updated without a restart', () => {
    expect(changeOf({ label: 'a', size: 1 }, { label: 'b', size: 1 })).toMatchObject({
      action: 'update',
      impact: 'none',
      adopts: false,
      properties: [{ path: ['label'], before: 'a', after: 'b', impact: 'none' }],
    })
  })

  test('in any property with a price pays the highest of them', () => {
    expect(changeOf({ label: 'a', image: 'x' }, { label: 'b', image: 'y' })).toMatchObject({
      action: 'update',
      impact: 'restart',
      properties: [
        { path: ['image'], impact: 'restart' },
        { path: ['label'], impact: 'none' },
      ],
    })
  })

  test('in a fixed property is replaced, and says because of which paths', () => {
    const change = changeOf(
      { label: 'a', size: { cores: 1, memory: 2 } },
      { label: 'b', size: { cores: 2, memory: 3 } },
    )
    expect(change).toMatchObject({
      action: 'replace',
      because: [
        ['size', 'cores'],
        ['size', 'memory'],
      ],
      knownAfterApply: ['serial-number'],
      adopts: false,
    })
    expect(change).toHaveProperty('properties.length', 3)
  })

  test.each(['label', 'size'])('in %s and has no mark is adopted on the way', (name) => {
    expect(changeOf({ [name]: 1 }, { [name]: 2 }, { ownership: { by: 'nobody' } })).toMatchObject({ adopts: true })
  })

  test("and is somebody else's is not adopted", () => {
    const ownership = { by: 'other', description: 'its tags say so' } as const
    expect(changeOf({ label: 1 }, { label: 2 }, { ownership })).toMatchObject({ adopts: false })
  })

  test('keeps what is there beside what is wanted, for whoever shows or applies it', () => {
    const before = actualThing(thing(0, { label: 'a' }))
    const after = thing(0, { label: 'b' })
    expect(theOne(plan([after], [before]).changes)).toMatchObject({ before, after })
  })
})

describe('what is not wanted', () => {
  const there = (ownership: Actual['ownership']) => actualThing(thing(3, { label: 'a' }), { ownership })

  test('and ours is deleted, last', () => {
    const before = there({ by: 'us' })
    expect(plan([thing(0, {})], [before]).changes).toEqual([
      expect.objectContaining({ action: 'create' }),
      { action: 'delete', address: 'thing[3]', kind: 'thing', name: 'thing-3', before },
    ])
  })

  test.each([{ by: 'nobody' }, { by: 'other', description: 'x' }] as const)(
    'and owned by %j is left alone',
    (owner) => {
      expect(plan([], [there(owner)]).changes).toEqual([])
    },
  )
})

test('each resource is judged by the rules of its own kind', () => {
  const other: Resource = { ...thing(1, { label: 'b' }), kind: 'other' }
  const { changes } = makePlan(
    new Map([
      [addressOf('thing', 0), thing(0, { label: 'b' })],
      [addressOf('thing', 1), other],
    ]),
    setOf([actualThing(thing(0, { label: 'a' })), actualThing({ ...other, properties: { label: 'a' } })]),
    ({ kind }) => (kind === 'thing' ? thingRules : { impactOf: () => 'replace', knownAfterApply: [] }),
  )
  expect(changes.map(({ action }) => action)).toEqual(['update', 'replace'])
})

test('changes are counted by action; a plan of no-ops has none', () => {
  const actual = [0, 1, 2].map((index) => actualThing(thing(index, { label: 'a', size: 1 })))
  const mixed = plan(
    [
      thing(0, { label: 'b', size: 1 }),
      thing(1, { label: 'a', size: 2 }),
      thing(2, { label: 'a', size: 1 }),
      thing(3, {}),
    ],
    [...actual, actualThing(thing(4, {}))],
  )
  expect((['create', 'update', 'replace', 'delete', 'no-op'] as const).map((action) => countOf(mixed, action))).toEqual(
    [1, 1, 1, 1, 1],
  )
  expect(hasChanges(mixed)).toBe(true)
  expect(hasChanges(plan([thing(2, { label: 'a', size: 1 })], actual.slice(2)))).toBe(false)
  expect(hasChanges(plan([], []))).toBe(false)
})

describe('for any desired and actual resources', () => {
  test('a plan has every wanted address once, in the given order, then what is ours and not wanted, and no other', () => {
    fc.assert(
      fc.property(someThings, someThings, fc.boolean(), (desired, existing, isOurs) => {
        const ownership = { by: isOurs ? 'us' : 'nobody' } as const
        const addresses = plan(
          desired,
          existing.map((item) => actualThing(item, { ownership })),
        ).changes.map(({ address }) => address)
        const wanted = desired.map(({ address }) => address)
        const rest = existing.map(({ address }) => address).filter((address) => !wanted.includes(address))
        expect(addresses).toEqual([...wanted, ...(isOurs ? rest : [])])
        expect(new Set(addresses).size).toBe(addresses.length)
      }),
    )
  })

  test('carrying out a plan leaves nothing to plan', () => {
    fc.assert(
      fc.property(someThings, someThings, (desired, existing) => {
        const world = new Map(setOf(existing.map((item) => actualThing(item))))
        for (const change of plan(desired, [...world.values()]).changes) {
          if (change.action === 'delete') world.delete(change.address)
          else if (change.action !== 'no-op') world.set(change.address, actualThing(change.after))
        }
        expect(hasChanges(plan(desired, [...world.values()]))).toBe(false)
      }),
    )
  })

  test('a token that is known in one run and not in the next brings no change', () => {
    fc.assert(
      fc.property(someThings, (desired) => {
        const given = desired.map((item) => ({
          ...item,
          properties: { ...item.properties, token: sensitive('1.known') },
        }))
        const notGiven = desired.map((item) => ({
          ...item,
          properties: { ...item.properties, token: sensitive(null) },
        }))
        expect(
          hasChanges(
            plan(
              notGiven,
              given.map((item) => actualThing(item)),
            ),
          ),
        ).toBe(false)
      }),
    )
  })
})
