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
  ])('%s, wherever and however often it stands', (_title, form) => {
    expect(redactorOf(SECRET).redact(`<${form}>\n${form} and ${form}`)).toBe('<***>\n*** and ***')
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
