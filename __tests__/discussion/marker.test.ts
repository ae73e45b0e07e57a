import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isSame, markedData, markFor, withMark } from '../../src/discussion/marker.ts'
import { parseRecord } from '../../src/discussion/plan-record.ts'
import { someInputs } from '../builders.ts'

const MARK = markFor('plan', someInputs())

describe('a marker', () => {
  test('gives back what it was given, whatever text stands before it', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (text, data) => {
        const body = withMark(text, MARK, data)
        expect(markedData(body, MARK)).toEqual(JSON.parse(JSON.stringify(data)))
        expect(markedData(body.replaceAll('\n', '\r\n'), MARK)).toEqual(JSON.parse(JSON.stringify(data)))
      }),
    )
  })

  test('is one comment of HTML on a line of its own, whatever the names in it', () => {
    const names = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(names, names, names, fc.jsonValue(), (label, connectorId, resourceGroup, data) => {
        fc.pre([label, connectorId, resourceGroup].every((name) => name.isWellFormed()))
        const body = withMark('', markFor('drift', someInputs({ label, connectorId, resourceGroup })), data)
        expect(body).toMatch(/^\n*<!-- [^<>\n]+ -->$/)
        expect(body.match(/-->/g)).toHaveLength(1)
      }),
    )
  })

  test('is of one subject, place, connector and label', () => {
    const others = [
      markFor('drift', someInputs()),
      ...[{ label: 'a' }, { label: 'A' }, { connectorId: 'b' }, { resourceGroup: 'c' }, { subscriptionId: 'd' }].map(
        (changes) => markFor('plan', someInputs(changes)),
      ),
    ]
    expect(new Set([MARK, ...others]).size).toBe(others.length + 1)
    const body = withMark('text', MARK, 1)
    for (const other of others) expect([body.includes(other), markedData(body, other)]).toEqual([false, undefined])
  })

  test('does not tell casings apart that Azure does not', () => {
    expect(markFor('plan', someInputs({ resourceGroup: 'RG-Apono' }))).toBe(MARK)
  })

  test.each([
    ['quoted', `> ${withMark('text', MARK, 1).replaceAll('\n', '\n> ')}`],
    ['followed by more', `${withMark('text', MARK, 1)}\nmore`],
    ['cut off', withMark('text', MARK, 1).slice(0, -2)],
    ['of no JSON', `text\n\n${MARK}AAAA -->`],
    ['empty', `text\n\n${MARK} -->`],
  ])('that is %s says nothing', (_how, body) => {
    expect(markedData(body, MARK)).toBeUndefined()
  })

  test('that would unpack to more than a comment could hold says nothing', () => {
    expect(markedData(withMark('', MARK, 'x'.repeat(2_000_000)), MARK)).toBeUndefined()
  })
})

test('a record is taken whole or not at all', () => {
  const fingerprint = 'a'.repeat(64)
  expect(parseRecord({ phase: 'planned', fingerprint, lines: ['a'] })).toEqual({
    phase: 'planned',
    fingerprint,
    lines: ['a'],
  })
  expect(parseRecord({ phase: 'planned', fingerprint })).toEqual({ phase: 'planned', fingerprint, lines: undefined })
  for (const wrong of [
    undefined,
    null,
    1,
    'x',
    {},
    { fingerprint },
    { phase: 'planned', fingerprint: 'A'.repeat(64) },
    { phase: 'approved', fingerprint },
  ])
    expect(parseRecord(wrong)).toBeUndefined()
})

test('line ends and blanks around it do not make a text another', () => {
  expect([isSame('a\r\nb\n', 'a\nb'), isSame('a b', 'a  b')]).toEqual([true, false])
})
