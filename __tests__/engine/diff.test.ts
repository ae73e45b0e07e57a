import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson } from '../../src/engine/canonical.ts'
import { type Difference, diff } from '../../src/engine/diff.ts'
import {
  addressOf,
  isSensitive,
  type Properties,
  referenceTo,
  sensitive,
  type Value,
} from '../../src/engine/resource.ts'
import { INHERITED, someProperties } from '../builders.ts'

type Case = readonly [title: string, before: Properties, after: Properties, differences: readonly Difference[]]

const serial = referenceTo(addressOf('thing', 0), 'serial-number')
const colour = referenceTo(addressOf('thing', 0), 'colour')

const CASES: readonly Case[] = [
  ['a reference that stays', { a: serial }, { a: { ...serial } }, []],
  ['a reference to something else', { a: serial }, { a: colour }, [{ path: ['a'], before: serial, after: colour }]],
  [
    'the same of something else',
    { a: serial },
    { a: referenceTo(addressOf('thing', 1), 'serial-number') },
    [{ path: ['a'], before: serial, after: referenceTo(addressOf('thing', 1), 'serial-number') }],
  ],
  [
    'what only looks like a reference',
    { a: { ...serial, knownAfterApply: false } },
    { a: { ...colour, knownAfterApply: false } },
    [{ path: ['a', 'attribute'], before: 'serial-number', after: 'colour' }],
  ],
  [
    'what only looks like a secret',
    { a: { sensitive: false, fingerprint: '1' } },
    { a: { sensitive: false, fingerprint: null } },
    [{ path: ['a', 'fingerprint'], before: '1', after: null }],
  ],
  [
    'a record in place of a secret, as a whole',
    { a: sensitive('1.x') },
    { a: { fingerprint: '1.x', more: 1 } },
    [{ path: ['a'], before: sensitive('1.x'), after: { fingerprint: '1.x', more: 1 } }],
  ],
  ['a value that becomes open', { a: '4711' }, { a: serial }, [{ path: ['a'], before: '4711', after: serial }]],
  ['a value that changes', { a: 1 }, { a: 2 }, [{ path: ['a'], before: 1, after: 2 }]],
  ['a value of another type', { a: 1 }, { a: '1' }, [{ path: ['a'], before: 1, after: '1' }]],
  ['a value that appears has no before', {}, { a: 'x' }, [{ path: ['a'], after: 'x' }]],
  ['a value that goes has no after', { a: 'x' }, {}, [{ path: ['a'], before: 'x' }]],
  ['null is a value, absent is none', { a: null }, {}, [{ path: ['a'], before: null }]],
  ['false is not null', { a: false }, { a: null }, [{ path: ['a'], before: false, after: null }]],
  ['a nested value', { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, [{ path: ['a', 'b', 'c'], before: 1, after: 2 }]],
  ['a record in place of a value', { a: 'x' }, { a: { b: 1 } }, [{ path: ['a'], before: 'x', after: { b: 1 } }]],
  ['a record in place of a list', { a: [] }, { a: {} }, [{ path: ['a'], before: [], after: {} }]],
  [
    'a list, as a whole',
    { a: [1, { b: 2 }] },
    { a: [1, { b: 3 }] },
    [{ path: ['a'], before: [1, { b: 2 }], after: [1, { b: 3 }] }],
  ],
  ['the order of a list', { a: [1, 2] }, { a: [2, 1] }, [{ path: ['a'], before: [1, 2], after: [2, 1] }]],
  ['the length of a list', { a: [1] }, { a: [1, null] }, [{ path: ['a'], before: [1], after: [1, null] }]],
  ['equal lists', { a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, []],
  ['another order of keys', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }, []],
]

test.each(CASES)('%s', (_title, before, after, differences) => {
  expect(diff(before, after)).toStrictEqual(differences)
})

test('paths come in the order of code points', () => {
  const paths = diff({ b: 1, a: { z: 1 }, B: 1 }, { a: { y: 1 }, ä: 1 }).map(({ path }) => path.join('.'))
  expect(paths).toEqual(['B', 'a.y', 'a.z', 'b', 'ä'])
})

describe('a sensitive value', () => {
  const [old, rotated, unknown] = [sensitive('1.old'), sensitive('1.new'), sensitive(null)]

  test.each<[string, Value | undefined, Value | undefined, boolean]>([
    ['with one fingerprint is the same', old, sensitive('1.old'), false],
    ['with another fingerprint differs', old, rotated, true],
    ['that this run does not know is not compared', old, unknown, false],
    ['that nobody knows is not compared', unknown, unknown, false],
    ['that Azure holds without a record differs from a known one', unknown, rotated, true],
    ['that is missing in Azure differs, even when this run does not know it', undefined, unknown, true],
    ['that is null in Azure differs, even when this run does not know it', null, unknown, true],
    ['that is to go differs', old, null, true],
    ['that is to be gone altogether differs', old, undefined, true],
    ['that becomes plain differs', old, 'plain', true],
    ['that stood there in plain text differs', 'plain', rotated, true],
  ])('%s', (_title, before, after, differs) => {
    const difference = {
      path: ['token'],
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    }
    expect(diff(before, after, ['token'])).toEqual(differs ? [difference] : [])
  })

  test('that stood there in plain text differs, even when this run does not know it', () => {
    expect(diff('plain', unknown, ['token'])).toEqual([{ path: ['token'], before: 'plain', after: unknown }])
  })
})

test.each([...INHERITED])('a tag called %s appears like any other', (name) => {
  const tags: Properties = Object.fromEntries([[name, 'x']])
  expect(diff({}, tags)).toEqual([{ path: [name], after: 'x' }])
})

describe('for any properties', () => {
  test('nothing differs from itself', () => {
    fc.assert(fc.property(someProperties, (properties) => expect(diff(properties, properties)).toEqual([])))
  })

  test('nothing differs from a copy with its keys in another order', () => {
    fc.assert(fc.property(someProperties, (properties) => expect(diff(properties, reversed(properties))).toEqual([])))
  })

  test('carrying out the differences makes both sides alike', () => {
    fc.assert(
      fc.property(someProperties, someProperties, (before, after) => {
        const carriedOut = diff(before, after).reduce<Value>(
          (value, { path, after: to }) => put(value, path, to),
          before,
        )
        expect(diff(carriedOut, after)).toEqual([])
      }),
    )
  })

  test('without secrets, no difference means the same JSON, and the other way round', () => {
    fc.assert(
      fc.property(someProperties, someProperties, (before, after) => {
        const [one, other] = [withoutSecrets(before), withoutSecrets(after)]
        expect(diff(one, other).length === 0).toBe(canonicalJson(one) === canonicalJson(other))
      }),
    )
  })
})

/** The value with `to` at the end of the path, or with nothing there. */
function put(value: Value | undefined, [name, ...rest]: readonly string[], to: Value | undefined): Value {
  if (name === undefined) return to ?? null
  const entries: readonly (readonly [string, Value])[] =
    typeof value === 'object' && value !== null ? Object.entries(value) : []
  const old = entries.find(([key]) => key === name)?.[1]
  const others = entries.filter(([key]) => key !== name)
  const gone = rest.length === 0 && to === undefined
  return Object.fromEntries(gone ? others : [...others, [name, put(old, rest, to)]])
}

function reversed(value: Properties): Properties {
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, item]) => [name, isRecord(item) ? reversed(item) : item]),
  )
}

function withoutSecrets(value: Value): Value {
  if (isSensitive(value)) return 'secret'
  if (Array.isArray(value)) return value.map(withoutSecrets)
  return isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutSecrets(item)]))
    : value
}

function isRecord(value: Value): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isSensitive(value)
}
