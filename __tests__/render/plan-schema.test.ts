import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'

import { type PlanDocument, planDocument } from '../../src/render/plan-json.ts'
import { reportOf } from './reports.ts'
import { SCENARIOS } from './scenarios.ts'

const schema: unknown = JSON.parse(readFileSync(new URL('../../schemas/plan.schema.json', import.meta.url), 'utf8'))
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(Object(schema))

/** The document as it is written, with what is wrong with it. */
function problems(document: unknown): readonly unknown[] {
  validate(JSON.parse(JSON.stringify(document)))
  return validate.errors ?? []
}

function documentOf(name: string): PlanDocument {
  const given = SCENARIOS[name]
  if (given === undefined) throw new Error(`there is no scenario ${name}`)
  return planDocument(reportOf(given))
}

describe('the plan as JSON', () => {
  test.each(Object.keys(SCENARIOS))('of the scenario %s is as the schema says', (name) => {
    expect(problems(documentOf(name))).toEqual([])
  })

  test.each(Object.keys(SCENARIOS))('of the scenario %s, as it was agreed, is too', (name) => {
    const text = readFileSync(new URL(`../golden/${name}.plan.json`, import.meta.url), 'utf8')
    expect(problems(JSON.parse(text))).toEqual([])
  })

  test('shows every action that there is, in some scenario', () => {
    const actions = Object.keys(SCENARIOS).flatMap((name) => documentOf(name).changes.map(({ action }) => action))
    expect([...new Set(actions)].sort()).toEqual(['create', 'delete', 'no-op', 'replace', 'update'])
  })

  test('has no field that the schema does not know, and the schema none that no plan has', () => {
    const seen = new Set(
      Object.keys(SCENARIOS).flatMap((name) => documentOf(name).changes.flatMap((change) => Object.keys(change))),
    )
    const known = Object(schema).$defs.change.properties
    expect([...seen].sort()).toEqual(Object.keys(known).sort())
  })
})

describe('the schema refuses', () => {
  const good = documentOf('replace')
  const [change] = good.changes
  const [property] = change?.properties ?? []
  const withChange = (changes: object) => ({ ...good, changes: [{ ...change, ...changes }] })
  const withProperty = (changes: object) => withChange({ properties: [{ ...property, ...changes }] })

  test.each<[string, unknown]>([
    ['another version', { ...good, formatVersion: 2 }],
    ['no version', { ...good, formatVersion: undefined }],
    ['a short fingerprint', { ...good, fingerprint: good.fingerprint.slice(1) }],
    ['a fingerprint in capitals', { ...good, fingerprint: 'A'.repeat(64) }],
    ['a text for a flag', { ...good, hasChanges: 'true' }],
    ['no changes at all', { ...good, changes: undefined }],
    ['a field of its own', { ...good, secret: 'x' }],
    ['an action that there is not', withChange({ action: 'destroy' })],
    ['a kind that there is not', withChange({ kind: 'thing' })],
    ['a change without an address', withChange({ address: undefined })],
    ['a field of its own in a change', withChange({ before: {} })],
    ['a path in one text', withProperty({ path: 'tags.team' })],
    ['a path to nowhere', withProperty({ path: [] })],
    ['a price that there is not', withProperty({ impact: 'free' })],
    ['a field of its own in a property', withProperty({ fingerprint: '1.x' })],
    ['a list in place of a plan', [good]],
    ['nothing', null],
  ])('%s', (_title, document) => {
    expect(problems(document)).not.toEqual([])
  })

  test('whatever is no plan', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(problems(value)).not.toEqual([])
      }),
    )
  })
})
