import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { DeployError } from '../../src/errors.ts'
import { comment } from '../../src/render/comment.ts'
import { document } from '../../src/render/document.ts'
import { fitted } from '../../src/render/fit.ts'
import { summary } from '../../src/render/summary.ts'
import { VAULT } from '../spec/grant-builders.ts'
import { reportOf } from './reports.ts'
import { SCENARIOS, scenario } from './scenarios.ts'

const hundred = reportOf(SCENARIOS.hundred ?? scenario({}))

test('a comment never has more characters than its budget, and is whole or says how much is missing', () => {
  const whole = comment(hundred, 'planned', 1_000_000)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 80_000 }), (budget) => {
      const text = comment(hundred, 'planned', budget)
      expect(text.length).toBeLessThanOrEqual(budget)
      if (budget >= 3_000 && text !== whole) expect(text).toMatch(/✂️ \d+ more .* in \[the job summary\]\(https:/)
    }),
  )
})

test('what is cut is whole objects: every row, fold and fence that begins also ends', () => {
  const text = comment(hundred, 'planned', 30_000)
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0
  expect(count(/<details/g)).toBeGreaterThan(10)
  expect(count(/<details/g)).toBe(count(/<\/details>/g))
  expect(count(/^```/gm)).toBe(2 * count(/<details/g))
  for (const row of text.split('\n').filter((line) => line.startsWith('|'))) expect(row).toMatch(/\|$/)
})

test('rows go before diffs: what is planned for every object is the last to be cut', () => {
  const text = comment(hundred, 'planned', 30_000)
  expect(text.match(/^\| 🟢/gm)).toHaveLength(hundred.plan.changes.length)
})

test('the missing parts are counted: with those that are there they are all', () => {
  const parts = (text: string) => (text.match(/^\| 🟢|<\/details>|^> [^[]/gm) ?? []).length
  const text = comment(hundred, 'planned', 30_000)
  const missing = Number(/✂️ (\d+) more/.exec(text)?.[1])
  expect(parts(text) + missing).toBe(parts(comment(hundred, 'planned', 1_000_000)))
})

test('a summary of thousands of objects stays below 1 MiB, and points to the file with the rest', () => {
  const extraRoleAssignments = Array.from({ length: 4_000 }, (_, index) => ({
    role: 'Reader',
    scope: `${VAULT}-🔑-${index}`,
  }))
  const text = summary(reportOf(scenario({ extraRoleAssignments })))
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024)
  expect(Buffer.byteLength(text)).toBeGreaterThan(900_000)
  expect(text).toContain('the file behind the output `plan-json`')
})

test('one that is too long by its error alone loses what is wrong before what mends it', () => {
  const error = new DeployError('azure-refused', 'word '.repeat(100_000), { hint: 'Mend it so.' })
  const text = comment({ ...reportOf(scenario({})), error }, 'failed', 60_000)
  expect(text.length).toBeLessThan(60_000)
  expect(text).toContain('Mend it so.')
})

test('evidence that is too long makes way for the plan', () => {
  const report = reportOf(scenario({}))
  const text = document(report, 'failed', { bytes: 6_000, rest: 'the log' }, ['x'.repeat(9_000), 'A short log.'])
  expect(text.length).toBeLessThanOrEqual(6_000)
  expect(text).toContain('A short log.')
  expect(text).toContain('| 🟢')
  expect(text).toContain('✂️ 1 more')
})

test('a piece too large for the room makes way for smaller ones, and earlier lists come first', () => {
  expect(
    fitted(
      [
        ['aaaa', 'a'.repeat(90), 'bb'],
        ['c'.repeat(20), 'd'],
      ],
      30,
    ),
  ).toEqual([['aaaa', 'bb'], ['d']])
  expect(fitted([['ä'.repeat(10)]], 21)).toEqual([[]])
  expect(fitted([['ä'.repeat(10)]], 22)).toEqual([['ä'.repeat(10)]])
})
