import { describe, expect, test } from '@jest/globals'
import type { Rule } from '../../src/inputs/reader.ts'

export type Table = {
  readonly rule: Rule<unknown>
  readonly takes: readonly (readonly [text: string, value: unknown])[]
  readonly refuses: readonly (readonly [text: string, because: string])[]
}

const FORM = 'does not have the right form.'
export const letters = (count: number) => 'a'.repeat(count)
export const same = (...texts: string[]) => texts.map((text) => [text, text] as const)
export const malformed = (...texts: string[]) => texts.map((text) => [text, FORM] as const)

/** Holds every rule against what it takes and what it refuses. */
export function describeRules(tables: Readonly<Record<string, Table>>): void {
  describe.each(Object.entries(tables))('%s', (_name, { rule, takes, refuses }) => {
    test.each(takes)('takes %j as %j', (text, value) => {
      expect(rule.parse(text)).toEqual(value)
    })
    test.each(refuses)('refuses %j: it %s', (text, because) => {
      expect(rule.parse(text)).toEqual({ wrong: [because] })
    })
    test('has an example that it takes itself', () => {
      const example = rule.example.replace(/^[a-z-]+: /, '')
      if (!example.startsWith('${{')) expect(rule.parse(example)).not.toHaveProperty('wrong')
      expect(rule.example).toMatch(/^[a-z-]+: \S/)
    })
  })
}
