import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { block, code, htmlCode, sentence } from '../../src/render/markdown.ts'

const nasty = fc.oneof(
  fc.string({ unit: fc.constantFrom('`', '|', '\n', ' ', 'a', '<', '@', '\\') }),
  fc.string({ unit: 'grapheme' }),
)

describe('code', () => {
  test.each([
    ['apono-connector', '`apono-connector`'],
    ['a`b', '``a`b``'],
    ['`a`', '`` `a` ``'],
    ['a``b`c', '```a``b`c```'],
    ['a|b', '`a|b`'],
    ['a\u001b[2Kb\u202e', '`a\\u001b[2Kb\\u202e`'],
    ['', '` `'],
    ['a\r\n\tb', '`a b`'],
    ['<b>@octocat</b>', '`<b>@octocat</b>`'],
  ])('of %j is %s', (text, markdown) => {
    expect(code(text)).toBe(markdown)
  })

  test('is one line, and no run of ticks inside is as long as its ends', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const markdown = code(text)
        const fence = /^`+/.exec(`${markdown} `)?.[0] ?? ''
        expect(markdown).not.toMatch(/[\r\n]/)
        if (text === '') return
        const inside = markdown.slice(fence.length, -fence.length)
        expect(markdown).toBe(`${fence}${inside}${fence}`)
        expect(inside.match(/`+/g) ?? []).not.toContain(fence)
      }),
    )
  })
})

describe('a block', () => {
  test('has a fence and a language', () => {
    expect(block('diff', ['+ a', '- b'])).toBe('```diff\n+ a\n- b\n```')
    expect(block('text', [])).toBe('```text\n```')
  })

  test('is closed by nothing that it holds', () => {
    fc.assert(
      fc.property(fc.array(nasty), (lines) => {
        const markdown = block('diff', lines)
        const fence = /^`+/.exec(markdown)?.[0] ?? ''
        expect(fence.length).toBeGreaterThanOrEqual(3)
        expect(markdown.split(fence)).toHaveLength(3)
      }),
    )
  })
})

describe('a sentence', () => {
  test.each([
    ['Plain words, of ours (or not): fine.', 'Plain words, of ours (or not): fine.'],
    ['"apono-connector" runs, see `allow-replace: true`.', '`apono-connector` runs, see `allow-replace: true`.'],
    ['It lies at /subscriptions/x, in (westeurope).', 'It lies at `/subscriptions/x`, in (westeurope).'],
    ["Azure's own, in 'westeurope'.", "Azure's own, in `westeurope`."],
    ['Read https://evil.example, or www.evil.example.', 'Read `https://evil.example`, or `www.evil.example`.'],
    ['Ask @octocat about #1, GH-1 or acme/infra#2', 'Ask `@octocat` about `#1`, `GH-1` or `acme/infra#2`'],
    ['See 4f2d9c81e07b and feedback', 'See `4f2d9c81e07b` and feedback'],
    ['1. first', '`1`. first'],
    ['- a <b> $x$ :rocket: a_b', '`-` a `<b>` `$x$` `:rocket`: `a_b`'],
    ['"a""b"', '`a` `b`'],
    ['a "b', 'a `"`b'],
  ])('such as %j is %s', (text, markdown) => {
    expect(sentence(text)).toBe(markdown)
  })
})

test('text in an HTML tag is letters, digits and numbers of signs', () => {
  expect(htmlCode('a</code><b>@x&\n"`*')).toBe('<code>a&#60;/code&#62;&#60;b&#62;&#64;x&#38; &#34;&#96;&#42;</code>')
})
