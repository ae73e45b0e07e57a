import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { block, code } from '../../src/render/markdown.ts'

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
    ['a|b', '`a\\|b`'],
    ['a\r\n\tb', '`a b`'],
    ['<b>@octocat</b>', '`<b>@octocat</b>`'],
  ])('of %j is %s', (text, markdown) => {
    expect(code(text)).toBe(markdown)
  })

  test('is one line of one cell, and no run of ticks inside is as long as its ends', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const markdown = code(text)
        const fence = /^`+/.exec(`${markdown} `)?.[0] ?? ''
        expect(markdown).not.toMatch(/[\r\n]|(?<!\\)\|/)
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
