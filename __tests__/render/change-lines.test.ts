import { describe, expect, test } from '@jest/globals'
import { makePlan } from '../../src/engine/plan.ts'
import type { Actual, Properties } from '../../src/engine/resource.ts'
import { referenceTo, sensitive } from '../../src/engine/resource.ts'
import { changeLines } from '../../src/render/change-lines.ts'
import { actualThing, theOne, thing, thingRules } from '../builders.ts'

/** The lines of a change of one thing, each as `sign text`. */
function lines(after: Properties, before?: Properties, state: Partial<Actual> = {}): string[] {
  const desired = thing(0, after)
  const actual = before === undefined ? [] : [[desired.address, actualThing(thing(0, before), state)] as const]
  const { changes } = makePlan(new Map([[desired.address, desired]]), new Map(actual), () => thingRules)
  return changeLines(theOne(changes)).map(({ sign, text }) => `${sign} ${text}`)
}

describe('a create', () => {
  test('shows every value with its path, in one column, and what only Azure will know', () => {
    expect(
      lines({ image: 'x', probe: { path: '/healthz', others: {} }, none: null, ports: [1, 2], empty: '' }),
    ).toEqual([
      '+ image          "x"',
      '+ probe.path     "/healthz"',
      '+ ports          [1,2]',
      '+ empty          ""',
      '+ serial-number  (known after apply)',
    ])
  })

  test('shows no secret, wherever it stands', () => {
    expect(lines({ a: sensitive('1.x'), b: { c: sensitive(null) }, d: [sensitive('1.y'), 1] })).toEqual([
      '+ a              (sensitive value)',
      '+ b.c            (sensitive value)',
      '+ d              ["(sensitive value)",1]',
      '+ serial-number  (known after apply)',
    ])
  })
})

describe('an update', () => {
  // `side` hands the whole path on as if it were one name, so its dots are quoted: "tags.a".
  test('shows what appears, goes and changes, and nothing else', () => {
    const before = { gone: 'x', kept: 1, label: 'a', probe: { path: '/old', port: 80 }, tags: { a: '1' } }
    const after = { kept: 1, label: 'b', probe: { path: '/healthz', port: 80 }, tags: { b: '2' } }
    expect(lines(after, before)).toEqual([
      '- gone        "x"',
      '~ label       "a" → "b"',
      '~ probe.path  "/old" → "/healthz"',
      '- tags.a      "1"',
      '+ tags.b      "2"',
    ])
  })

  test('shows a branch that appears or goes by its leaves, also in the place of null', () => {
    const probe = { path: '/healthz', port: 80 }
    expect(lines({ probe }, { probe: null })).toEqual(['+ probe.path  "/healthz"', '+ probe.port  80'])
    expect(lines({ probe: null }, { probe })).toEqual(['- probe.path  "/healthz"', '- probe.port  80'])
    expect(lines({}, { probe })).toEqual(['- probe.path  "/healthz"', '- probe.port  80'])
  })

  test('shows that a secret changed, and how it stood before, but never what it is', () => {
    const token = sensitive('1.new')
    expect(lines({ token }, { token: sensitive('1.old') })).toEqual(['~ token  (sensitive value), changed'])
    expect(lines({ token }, { token: 'in plain text' })).toEqual(['~ token  "in plain text" → (sensitive value)'])
    expect(lines({ token }, {})).toEqual(['+ token  (sensitive value)'])
    expect(lines({}, { token })).toEqual(['- token  (sensitive value)'])
    expect(lines({ token: 'x' }, { token: { deep: sensitive('1.old') } })).toEqual([
      '~ token  {"deep":"(sensitive value)"} → "x"',
    ])
  })

  test.each([
    ['a\nb', '"a\\nb"'],
    ['\u001b[31m', '"\\u001b[31m"'],
    ['a "b" \\', '"a \\"b\\" \\\\"'],
  ])('keeps the value %j inside one line', (value, shown) => {
    expect(lines({ label: value }, { label: 'x' })).toEqual([`~ label  "x" → ${shown}`])
  })
})

describe('a name of somebody else', () => {
  const NAMES: readonly (readonly [name: string, shown: string])[] = [
    ['cost-center', 'cost-center'],
    ['größe 7', 'größe 7'],
    ['a@b:c/d=(e)[f]+g_h', 'a@b:c/d=(e)[f]+g_h'],
    ['', '""'],
    ['a.b', '"a.b"'],
    ['a|b', '"a|b"'],
    ['a\n- image  "x"', '"a\\n- image  \\"x\\""'],
    ['\u001b[2K', '"\\u001b[2K"'],
    ['a\u202eb', '"a\\u202eb"'],
  ]

  test.each(NAMES)(
    'such as %j cannot pass for a line or a path of ours where it is created or changes',
    (name, shown) => {
      expect(lines({ tags: { [name]: 'x' } })[0]?.trimEnd()).toMatch(/^\+ tags\./)
      expect(lines({ tags: { [name]: 'x' } })[0]).toContain(`+ tags.${shown}  `)
      expect(lines({ tags: { [name]: 'y' } }, { tags: { [name]: 'x' } })).toEqual([`~ tags.${shown}  "x" → "y"`])
    },
  )

  test.each(NAMES)('such as %j is shown alike where it appears or goes', (name, shown) => {
    expect(lines({ tags: { [name]: 'x' } }, { tags: {} })).toEqual([`+ tags.${shown}  "x"`])
    expect(lines({ tags: {} }, { tags: { [name]: 'x' } })).toEqual([`- tags.${shown}  "x"`])
  })
})

test('what hides or moves text is shown by its number', () => {
  expect(lines({ label: '\u202e\u200b\u2028\u0085\u00ad' }, { label: 'x' })).toEqual([
    '~ label  "x" → "\\u202e\\u200b\\u2028\\u0085\\u00ad"',
  ])
})

// Outside the first plane one sign is two units; the first alone does not tell one from another.
test('two values that differ in hidden signs only are shown as different', () => {
  const [before, after] = ['a\u{e0041}', 'a\u{e0042}']
  const [line = ''] = lines({ label: after }, { label: before })
  const [left, right] = line.replace('~ label  ', '').split(' → ')
  expect(left).not.toBe(right)
})

describe('a replace', () => {
  test('says which paths force it and what becomes of values that only Azure knows', () => {
    const attributes = { 'serial-number': '4711' }
    expect(lines({ size: { cores: 2 }, label: 'b' }, { size: { cores: 1 }, label: 'a' }, { attributes })).toEqual([
      '~ label          "a" → "b"',
      '~ size.cores     1 → 2  (forces a replace)',
      '~ serial-number  4711 → (known after apply)',
    ])
  })

  test('says it on every line of a branch, and of an unknown value that there was none', () => {
    expect(lines({}, { size: { cores: 1, memory: 2 } })).toEqual([
      '- size.cores     1  (forces a replace)',
      '- size.memory    2  (forces a replace)',
      '~ serial-number  (none) → (known after apply)',
    ])
  })
})

test('a delete shows what goes, and neither a secret nor what is empty', () => {
  const before = actualThing(thing(0, { role: 'r', token: sensitive('1.x'), condition: null, deep: { er: 1 } }))
  const plan = makePlan(new Map(), new Map([[before.resource.address, before]]), () => thingRules)
  expect(changeLines(theOne(plan.changes)).map(({ sign, text }) => `${sign} ${text}`)).toEqual([
    '- role     "r"',
    '- token    (sensitive value)',
    '- deep.er  1',
  ])
})

test('a value of something that does not exist yet is known after apply, on either face of a change', () => {
  const owner = referenceTo(thing(7, {}).address, 'serial-number')
  expect(lines({ owner })[0]).toBe('+ owner          (known after apply)')
  expect(lines({ owner }, { owner: '4711' })).toEqual(['~ owner  "4711" → (known after apply)'])
  expect(lines({ owner }, {})).toEqual(['+ owner  (known after apply)'])
})

test('a no-op has nothing to show', () => {
  expect(lines({ label: 'a' }, { label: 'a' })).toEqual([])
})
