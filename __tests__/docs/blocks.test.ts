import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { lintWorkflow } from '../lint-workflow.ts'
import { type Block, blocksOf, pages, root } from './pages.ts'

const blocks = pages().flatMap(blocksOf)
const named = (languages: readonly string[]) =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [titleOf(block), block] as const)

const inputs = Object.keys(parse(readFileSync(join(root, 'action.yml'), 'utf8')).inputs)

test('every block says what it is written in', () => {
  expect(
    blocks
      .filter(({ language }) => language === '')
      .map(titleOf)
      .filter((title) => !isDrawing(title)),
  ).toEqual([])
})

describe('YAML', () => {
  test.each(named(['yaml']))('%s', async (_, { text }) => {
    if (/^on:/m.test(text) && /^jobs:/m.test(text)) expect(await lintWorkflow(text)).toEqual([])
    else expect(parseAllDocuments(text).flatMap(({ errors }) => errors ?? [])).toEqual([])
    expect(unknownInputs(text)).toEqual([])
  })
})

test.each(['constrain-rolez: privileged', 'identity-idz: x'])('no input: %s', (fragment) => {
  expect(unknownInputs(`  directory-readers: false\n  ${fragment}\n`)).toHaveLength(1)
})

describe('JSON', () => {
  test('can be read', () => {
    const broken = named(['json']).filter(([, { text }]) => !isJson(text))
    expect(broken.map(([title]) => title)).toEqual([])
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Names in a `with:` of this action, or in a piece of one, that action.yml does not have. */
function unknownInputs(text: string): string[] {
  return inputsIn(parse(text)).filter((name) => !inputs.includes(name))
}

/** What is not a workflow, a list of steps or a key of a workflow is a piece of a `with:`. */
function inputsIn(document: Piece): string[] {
  if (isList(document)) return document.flatMap(inputsOfStep)
  if (document.jobs !== undefined)
    return Object.values(document.jobs).flatMap(({ steps = [] }) => steps.flatMap(inputsOfStep))
  return Object.keys(document).filter((name) => !['permissions', 'concurrency'].includes(name))
}

function inputsOfStep({ uses = '', with: given = {} }: Step): string[] {
  return uses.startsWith('apono/azure-connector-action@') ? Object.keys(given) : []
}

function isList(document: Piece): document is readonly Step[] {
  return Array.isArray(document)
}

type Step = { readonly uses?: string; readonly with?: object }
type Piece = readonly Step[] | { readonly jobs?: Readonly<Record<string, { readonly steps?: readonly Step[] }>> }

function titleOf({ page, text }: Block): string {
  return `${page}: ${text.split('\n')[0]?.trim()}`
}

/** The line of folders and arrows on a page needs no language. */
function isDrawing(title: string): boolean {
  return title.includes('→') || title.includes('src/')
}
