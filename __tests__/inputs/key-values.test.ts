import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { stringify } from 'yaml'
import { environmentProblem } from '../../src/inputs/environment.ts'
import { formOf, keyValues } from '../../src/inputs/key-values.ts'
import { yamlTexts } from '../../src/inputs/yaml-text.ts'

const parseYaml = await yamlTexts()
const anything = keyValues({ parseYaml, problemOf: () => undefined })
const variables = keyValues({ parseYaml, problemOf: environmentProblem })

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

describe('a YAML map', () => {
  test('carries any map of names to strings, line breaks and all', () => {
    fc.assert(
      fc.property(
        fc.dictionary(lineName, value, { minKeys: 1 }),
        fc.constantFrom('', '---\n', '# why\n\n'),
        (map, head) => {
          const text = `${head}${stringify(map, { schema: 'failsafe' })}`
          // The library writes a flow map for nothing; block maps begin with a name and a colon.
          expect([formOf(text), anything.parse(text)]).toEqual(['yaml', { ...map }])
        },
      ),
    )
  })

  test.each([
    [
      'VERSION: 1.10\nFLAG: yes\nNOTHING: ~\nPORT: 0x10\nDATE: 2026-02-15',
      { VERSION: '1.10', FLAG: 'yes', NOTHING: '~', PORT: '0x10', DATE: '2026-02-15' },
    ],
    ['A: x=y', { A: 'x=y' }],
    ['A: "#"\nB: \'a: b\' # a comment', { A: '#', B: 'a: b' }],
    ['A: |\n  one\n  two\n', { A: 'one\ntwo\n' }],
    ['A:\nB: x', { A: '', B: 'x' }],
  ])('%j is read as it is written', (text, map) => {
    expect(anything.parse(text)).toEqual(map)
  })

  test.each([
    'A: [',
    'A: 1\nA: 2',
    'A: *nowhere',
    'A: b\n---\nB: c',
    'A: !!binary aGk=\nB: !own x',
    '--- x',
    'A: canary\nnonsense',
  ])('%j is told to be none, without a word of it', (text) => {
    expect(anything.parse(text)).toEqual({
      wrong: ['begins like YAML (a colon before any =) but is no valid YAML map.'],
    })
  })

  test('has texts as values, and says where it has not, without the value', () => {
    expect(anything.parse('A: {canary: x}\nB: x\nC: [canary]')).toEqual({
      wrong: ['A', 'C'].map((name) => `has a value that is not a string, at "${name}". Put it in quotes.`),
    })
  })
})

describe('the form of a text', () => {
  test.each([
    ['A=b: c', 'lines'],
    ['# A: b\nA=c', 'lines'],
    ['https://example.com', 'lines'],
    ['A: b=c', 'yaml'],
    ['\n# A=b\n  A:\n    b', 'yaml'],
    ['"quoted name": x', 'yaml'],
    ['---\nA: b', 'yaml'],
    [' {"A": "b=c"}', 'json'],
    ['', 'lines'],
  ])('of %j is %s', (text, form) => {
    expect(formOf(text)).toBe(form)
  })

  // The names of variables have no colon, so whatever the value is, a line stays a line.
  test('of a variable on a line is never taken for another', () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]*$/)
    fc.assert(fc.property(name, oneLine, (left, right) => formOf(`${left}=${right}`) === 'lines'))
  })
})

test('problems of entries and of the whole list are told together', () => {
  const rule = keyValues({
    parseYaml,
    problemOf: (name, content) => (content === 'bad' ? `dislikes ${name}` : undefined),
    listProblems: (names) => (names.length > 2 ? [`has ${names.length} of them`] : []),
  })
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
