import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson } from '../../src/engine/canonical.ts'
import { diff } from '../../src/engine/diff.ts'
import { fingerprintOf } from '../../src/engine/fingerprint.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { type Actual, type Properties, type Resource, sensitive } from '../../src/engine/resource.ts'
import { actualThing, someProperties, someThings, thing, thingRules } from '../builders.ts'

function fingerprint(desired: Resource, before?: Actual): string {
  const actual = new Map(before === undefined ? [] : [[before.resource.address, before] as const])
  return fingerprintOf(makePlan(new Map([[desired.address, desired]]), actual, () => thingRules))
}

const before = actualThing(thing(0, { label: 'a', image: 'x', size: 1 }))
const after = thing(0, { label: 'b', image: 'x', size: 1 })

test('a fingerprint is 64 hex digits', () => {
  expect(fingerprint(after)).toMatch(/^[0-9a-f]{64}$/)
})

describe('a plan keeps its fingerprint', () => {
  test.each<[string, Actual]>([
    ['while the connector restarts', { ...before, health: { is: 'changing', detail: 'Updating' } }],
    ['whatever state Azure shows', { ...before, attributes: { state: 'Waiting' } }],
    ['in whatever casing Azure writes the id', { ...before, armId: before.armId.toUpperCase() }],
  ])('%s', (_title, other) => {
    expect(fingerprint(after, other)).toBe(fingerprint(after, before))
  })

  test('when the keys of its properties come in another order', () => {
    fc.assert(
      fc.property(someProperties, (properties) => {
        const turned: Properties = Object.fromEntries(Object.entries(properties).reverse())
        expect(fingerprint(thing(0, turned))).toBe(fingerprint(thing(0, properties)))
      }),
    )
  })

  test('beside resources that do not change', () => {
    fc.assert(
      fc.property(someThings, (desired) => {
        const same = makePlan(
          new Map(desired.map((item) => [item.address, item])),
          new Map(desired.map((item) => [item.address, actualThing(item)])),
          () => thingRules,
        )
        expect(fingerprintOf(same)).toBe(fingerprintOf({ changes: [] }))
      }),
    )
  })
})

describe('a plan gets another fingerprint', () => {
  test.each<[string, Resource, Actual | undefined]>([
    ['when the thing is created, not updated', after, undefined],
    ['when the value before differs', after, actualThing(thing(0, { label: 'c', image: 'x', size: 1 }))],
    ['when the value after differs', thing(0, { label: 'c', image: 'x', size: 1 }), before],
    ['when more is to change', thing(0, { label: 'b', image: 'y', size: 1 }), before],
    ['when it becomes a replace', thing(0, { label: 'b', image: 'x', size: 2 }), before],
    ['when another thing is meant', { ...after, name: 'thing-zero' }, before],
    ['when it stands somewhere else in Azure', after, { ...before, armId: `${before.armId}-2` }],
    ['when nothing is left to do', before.resource, before],
  ])('%s', (_title, desired, actual) => {
    expect(fingerprint(desired, actual)).not.toBe(fingerprint(after, before))
  })

  test('when the token is another', () => {
    expect(fingerprint(thing(0, { token: sensitive('1.a') }))).not.toBe(
      fingerprint(thing(0, { token: sensitive('1.b') })),
    )
  })

  test('when any property of a create differs', () => {
    fc.assert(
      fc.property(someProperties, someProperties, (one, other) => {
        fc.pre(diff(one, other).length > 0)
        expect(fingerprint(thing(0, one))).not.toBe(fingerprint(thing(0, other)))
      }),
    )
  })

  test('when any property of an update differs', () => {
    fc.assert(
      fc.property(someProperties, someProperties, someProperties, (from, one, other) => {
        const [toOne, toOther] = [diff(from, one), diff(from, other)]
        fc.pre(canonicalJson(toOne) !== canonicalJson(toOther))
        const existing = actualThing(thing(0, from))
        expect(fingerprint(thing(0, one), existing)).not.toBe(fingerprint(thing(0, other), existing))
      }),
    )
  })
})

describe('canonical JSON', () => {
  test('sorts keys at every depth and leaves lists in their order', () => {
    expect(canonicalJson({ b: [{ d: 1, c: [2, 1] }], a: null, B: 'x' })).toBe(
      '{"B":"x","a":null,"b":[{"c":[2,1],"d":1}]}',
    )
  })

  test('says the same as JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    )
  })
})
