import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CATALOGUE } from '../../scripts/error-catalogue/catalogue.ts'
import { errorsPage } from '../../scripts/error-catalogue/page.ts'
import { DeployError, explain } from '../../src/errors.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const codes = Object.keys(CATALOGUE)

describe('docs/errors.md', () => {
  test('is what `npm run docs` makes of the catalogue', () => {
    expect(read('docs/errors.md')).toBe(errorsPage())
  })

  test('has a section for every code, each once', () => {
    const sections = [...read('docs/errors.md').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading)
    expect(sections.toSorted()).toEqual(codes.toSorted())
  })

  test.each(Object.entries(CATALOGUE))('says what %s means, why it happens and what mends it', (_code, explanation) => {
    expect(explanation.meaning).toMatch(/\.$/)
    expect(explanation.causes.length).toBeGreaterThan(0)
    expect(explanation.causes.every((cause) => cause.endsWith('.'))).toBe(true)
    expect(explanation.fix.length).toBeGreaterThan(20)
  })
})

test('every rendered error leads to the section of its code', () => {
  const anchors = Object.keys(CATALOGUE).map((code) => `docs/errors.md#${code}`)
  // Keys of the catalogue are the codes: its type says so.
  const rendered = (Object.keys(CATALOGUE) as (keyof typeof CATALOGUE)[]).map((code) =>
    explain(new DeployError(code, 'What is wrong.', { hint: 'What to do.' })),
  )
  expect(rendered.map((text) => /docs\/errors\.md#\S+$/.exec(text)?.[0])).toEqual(anchors)
})
