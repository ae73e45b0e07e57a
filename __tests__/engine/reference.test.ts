import { describe, expect, test } from '@jest/globals'
import { makePlan } from '../../src/engine/plan.ts'
import { resolve, waitsFor } from '../../src/engine/reference.ts'
import { type Actual, isReference, type Resource, referenceTo, sensitive } from '../../src/engine/resource.ts'
import { actualThing, thing, thingRules } from '../builders.ts'

const root = thing(0, { size: 1 })
const reference = referenceTo(root.address, 'serial-number')
const nested = thing(1, { owner: reference, list: [1, reference], deep: { er: reference }, token: sensitive('1.a') })

describe('a reference', () => {
  test('is replaced by its value wherever it stands, and nothing else is touched', () => {
    expect(resolve(nested, () => '4711')).toEqual(
      thing(1, { owner: '4711', list: [1, '4711'], deep: { er: '4711' }, token: sensitive('1.a') }),
    )
  })

  test('stays while its value is not known', () => {
    expect(resolve(nested, () => undefined)).toEqual(nested)
    expect(resolve(nested, ({ attribute }) => (attribute === 'other' ? 'x' : undefined))).toEqual(nested)
  })

  test('says whom the resource waits for', () => {
    expect(waitsFor(nested)).toEqual([root.address, root.address, root.address])
    expect(waitsFor(resolve(nested, () => '4711'))).toEqual([])
  })
})

// Names of tags and of variables are somebody's choice.
test('a map that has the keys of a reference by chance is none', () => {
  const tags = { reference: 'ticket-7', attribute: 'blue', team: 'platform' }
  expect(isReference(tags)).toBe(false)
})

describe('in a plan', () => {
  const leaf = thing(1, { owner: reference })
  const held = actualThing(thing(1, { owner: '4711' }))
  const there = (resource: Resource) => actualThing(resource, { attributes: { 'serial-number': '4711' } })

  function actions(desiredRoot: Resource, existing: readonly Actual[]) {
    const desired = new Map([leaf, desiredRoot].map((item) => [item.address, item]))
    const actual = new Map(existing.map((item) => [item.resource.address, item]))
    return makePlan(desired, actual, () => thingRules).changes.map((change) => ({
      [change.action]: 'after' in change ? change.after.properties : null,
    }))
  }

  test('a value of something that stays is known, so that nothing changes', () => {
    expect(actions(root, [there(root), held])).toEqual([{ 'no-op': null }, { 'no-op': null }])
  })

  test('a value of something that is updated in place is known as well', () => {
    const labelled = thing(0, { size: 1, label: 'b' })
    expect(actions(labelled, [there(root), held])).toEqual([{ 'no-op': null }, { update: labelled.properties }])
  })

  test('a value of something that stays, and that another holds the old one of, is updated', () => {
    expect(actions(root, [there(root), actualThing(thing(1, { owner: '4242' }))])).toEqual([
      { update: { owner: '4711' } },
      { 'no-op': null },
    ])
  })

  test('a value of something that is created is open', () => {
    expect(actions(root, [])).toEqual([{ create: { owner: reference } }, { create: { size: 1 } }])
  })

  test('a value of something that is replaced is open, though the old one is known', () => {
    const larger = thing(0, { size: 2 })
    expect(actions(larger, [there(root), held])).toEqual([{ update: { owner: reference } }, { replace: { size: 2 } }])
  })

  test('an attribute that what stays does not have is open', () => {
    expect(actions(root, [actualThing(root)])).toEqual([{ create: { owner: reference } }, { 'no-op': null }])
  })
})
