import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { keyValues } from '../../src/inputs/key-values.ts'
import { environmentProblem } from '../../src/inputs/rules.ts'

const anything = keyValues(() => undefined)
const variables = keyValues(environmentProblem)

/** Names that both forms can carry: no `=`, no blanks at the ends, nothing that reads as a comment or as JSON. */
const lineName = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.@|`-]{0,20}$/)
const jsonName = fc.string({ unit: 'grapheme', minLength: 1 })
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('a=b', '=', '"quoted"', '# no comment', '{"a":1}', ' blanks ', '🦊', '::set-output name=x::y', ''),
)
const oneLine = value.map((text) => text.replaceAll(/[\r\n]/g, ''))

describe('lines of KEY=VALUE', () => {
  test('carry any one-line value unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(lineName, oneLine), fc.constantFrom('\n', '\r\n'), (map, end) => {
        const text = Object.entries(map)
          .map(([name, content]) => `${name}=${content}`)
          .join(end)
        expect(anything.parse(text)).toEqual({ ...map })
      }),
    )
  })

  test.each([
    ['A=1\n\n  \n# a comment\n  # another\nB=2\n', { A: '1', B: '2' }],
    ['A=x=y=z', { A: 'x=y=z' }],
    ['A=', { A: '' }],
    ['  A = x ', { A: ' x ' }],
    ['A="quoted"', { A: '"quoted"' }],
    ['A=x # y', { A: 'x # y' }],
    ['__proto__=x', Object.fromEntries([['__proto__', 'x']])],
    ['# nothing but a comment', {}],
    ['', {}],
  ])('%j reads as %j', (text, map) => {
    expect(anything.parse(text)).toEqual(map)
  })

  test('without a key are told by their number, never by their text', () => {
    expect(anything.parse('A=1\n\ncanary-7Qm2\n=canary-9xLw\nB=2')).toEqual({
      wrong: ['has no KEY= at the beginning of line 3.', 'has no KEY= at the beginning of line 4.'],
    })
  })

  test('with one key twice are refused, each by its place', () => {
    expect(anything.parse('A=1\nB=1\nA=2\nA=3')).toEqual({
      wrong: ['entry 3 has the name of entry 1.', 'entry 4 has the name of entry 1.'],
    })
  })

  test.each([
    ['MIIEvQ+canary/7Qm2xV9tL4w=='],
    ['canary-7Qm2xV9tL4w='],
    ['canary 7Qm2=x'],
    ['MIIEvQ+canary/7Qm2', 'xV9tL4w=='],
  ])('do not pass on a part of a private value that was broken over lines, as if it were a name (%s)', (...rest) => {
    const told = variables.parse(['KEY=-----BEGIN PRIVATE KEY-----', ...rest, 'B=2'].join('\n'))
    expect(told).toHaveProperty('wrong')
    expect(JSON.stringify(told)).not.toMatch(/canary|xV9tL4w/)
  })

  // A last line with one sign of padding reads as a name with nothing behind it: entry N is all that may be said of it.
  test('do not pass it on either where it has the form of a name', () => {
    const told = variables.parse('KEY=-----BEGIN PRIVATE KEY-----\nMIIEvQcanary7Qm2xV9tL4=')
    expect(JSON.stringify(told)).not.toContain('canary')
  })

  test('do not pass it on either where it stands there twice', () => {
    const told = variables.parse('ONE=first\nMIIEvQ+canary/7Qm2==\nTWO=first\nMIIEvQ+canary/7Qm2==')
    expect(JSON.stringify(told)).not.toContain('canary')
  })
})

describe('a JSON object', () => {
  test('carries any map of names to strings, line breaks and all', () => {
    fc.assert(
      fc.property(fc.dictionary(jsonName, value), fc.constantFrom(undefined, 2), (map, indent) => {
        expect(anything.parse(`\n ${JSON.stringify(map, null, indent)}\n`)).toEqual({ ...map })
      }),
    )
  })

  test.each(['{', '{"A": 1,}', '{A: "1"}', '{} trailing'])('%j is not valid JSON', (text) => {
    expect(anything.parse(text)).toEqual({ wrong: ['begins with { but is not valid JSON.'] })
  })

  test('has strings as values, and says where it has not, without the value', () => {
    expect(anything.parse('{"A": 4711, "B": "x", "C": null, "D": ["canary"], "E": true}')).toEqual({
      wrong: ['A', 'C', 'D', 'E'].map((name) => `has a value that is not a string, at "${name}". Put it in quotes.`),
    })
  })

  test('may be empty', () => {
    expect(anything.parse('{}')).toEqual({})
  })
})

test('problems of entries and of the whole list are told together', () => {
  const rule = keyValues(
    (name, content) => (content === 'bad' ? `dislikes ${name}` : undefined),
    (names) => (names.length > 2 ? [`has ${names.length} of them`] : []),
  )
  expect(rule.parse('A=bad\nB=bad\nB=good')).toEqual({
    wrong: ['entry 3 has the name of entry 2.', 'has 3 of them', 'entry 1 dislikes A', 'entry 2 dislikes B'],
  })
  expect(rule.parse('# a comment is no entry\n\nA=good\nB=bad')).toEqual({ wrong: ['entry 2 dislikes B'] })
  expect(rule.parse('{"A": "good", "B": "bad"}')).toEqual({ wrong: ['entry 2 dislikes B'] })
  expect(rule.parse('A=good\nB=good')).toEqual({ A: 'good', B: 'good' })
})

test('what is given is private: a problem never repeats it', () => {
  expect(anything).toMatchObject({ conceal: true, verbatim: true })
})
