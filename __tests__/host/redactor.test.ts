import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Redactor } from '../../src/host/redactor.ts'

const SECRET = 'apono-canary/7Qm2+xV"9tL4'

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor()
  for (const secret of secrets) redactor.add(secret)
  return redactor
}

describe('a secret is taken out', () => {
  const base64 = Buffer.from(SECRET).toString('base64')
  test.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in base64', base64],
    ['in base64 without padding', base64.replace(/=+$/, '')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
    ['in a form', new URLSearchParams({ '': SECRET }).toString().slice(1)],
    ['in XML', SECRET.replaceAll('"', '&quot;')],
    ['in HTML, by numbers', SECRET.replaceAll('"', '&#34;').replaceAll('+', '&#43;')],
  ])('%s, wherever and however often it stands', (_title, form) => {
    expect(redactorOf(SECRET).redact(`<${form}>\n${form} and ${form}`)).toBe('<***>\n*** and ***')
  })

  test.each([
    ['', ''],
    ['x', 'yz'],
    ['xy', ''],
    ['user:', '@host'],
  ])('in base64 of longer text, between %j and %j', (before, after) => {
    const text = `${before}${SECRET}${after}`
    for (const encoding of ['base64', 'base64url'] as const) {
      const shown = redactorOf(SECRET).redact(Buffer.from(text).toString(encoding))
      expect(shown).toContain('***')
      // Of the ends, a sign each may stay: it tells less than a byte.
      expect(shown.replace('***', '').length).toBeLessThanOrEqual(
        Math.ceil(((text.length - SECRET.length) * 4) / 3) + 4,
      )
    }
  })

  test('with each of its lines, but not with those that could be anything', () => {
    const key = '-----BEGIN KEY-----\n{\n  "first-line-of-key"\r\nsecond-line-of-key\n}\n'
    const shown = redactorOf(key).redact('a { b } second-line-of-key, then "first-line-of-key" end')
    expect(shown).toBe('a { b } ***, then *** end')
  })

  test('without the line break that it may end with', () => {
    expect(redactorOf('short\n').redact('it is short.')).toBe('it is ***.')
  })

  test('in every usual encoding, wherever in a text it begins', () => {
    const secret = fc
      .string({ unit: 'binary-ascii', minLength: 9, maxLength: 40 })
      .filter((text) => text.trim().length >= 9)
    const around = fc.string({ unit: 'grapheme', maxLength: 7 })
    fc.assert(
      fc.property(secret, around, around, (hidden, before, after) => {
        const redactor = redactorOf(hidden)
        const text = `${before}${hidden}${after}`
        const forms = [
          text,
          JSON.stringify(text),
          JSON.stringify({ a: JSON.stringify(text) }),
          encodeURIComponent(text),
        ]
        for (const form of forms) expect(redactor.redact(form)).toContain('***')
        for (const encoding of ['base64', 'base64url'] as const)
          expect(redactor.redact(Buffer.from(text).toString(encoding))).toContain('***')
      }),
    )
  })

  test('together with others, the longer one first, so that nothing of it is left', () => {
    for (const secrets of [
      ['canary', 'canary-and-more'],
      ['canary-and-more', 'canary'],
    ]) {
      expect(redactorOf(...secrets).redact('canary-and-more, canary')).toBe('***, ***')
    }
  })

  test('from any text, in any mixture with others', () => {
    const secret = fc.stringMatching(/^[!-)+-~]{6,40}$/)
    fc.assert(
      fc.property(secret, secret, fc.array(fc.string()), (one, other, texts) => {
        const shown = redactorOf(one, other).redact(
          texts
            .flatMap((text) => [text, one, other, btoa(one), encodeURIComponent(other), JSON.stringify(one)])
            .join(''),
        )
        expect(shown).not.toContain(one)
        expect(shown).not.toContain(other)
        if (texts.length > 0) expect(shown).toContain('***')
      }),
    )
  })
})

test('ids and names stay as they are beside a secret', () => {
  const texts = [
    'c8a1e6d3-7b42-4f59-9d0c-2e5f8a6b1d44',
    '/subscriptions/5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33/resourceGroups/rg-apono',
    'apono-connector',
    'registry.apono.io/apono-connector:v1.7.8',
    'true',
  ]
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 12 }), fc.constantFrom(...texts), (secret, text) => {
      fc.pre(!text.includes(secret))
      expect(redactorOf(secret).redact(text)).toBe(text)
    }),
  )
})

test('text without a secret stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(redactorOf().redact(text)).toBe(text)
      expect(redactorOf('a-secret-that-random-text-does-not-hold').redact(text)).toBe(text)
    }),
  )
})

test('signs that mean something in patterns or replacements mean nothing here', () => {
  expect(redactorOf('a.c$&').redact('abc$& a.c$&')).toBe('abc$& ***')
})

test('an empty secret hides nothing', () => {
  expect(redactorOf('').redact('abc')).toBe('abc')
})
