import { spawnSync } from 'node:child_process'
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
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)

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

describe('JSON', () => {
  test('can be read', () => {
    const broken = named(['json']).filter(([, { text }]) => !isJson(text))
    expect(broken.map(([title]) => title)).toEqual([])
  })
})

describe('commands', () => {
  test.each(named(['sh']))('%s', (_, { text }) => {
    // What stands in angle brackets is for the reader to fill in.
    const filled = text.replaceAll(/<[a-z][\w .-]*>/g, 'filled-in')
    const { status, stderr } = spawnSync('bash', ['-n'], { input: filled, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const used = [...filled.matchAll(/npm (?:run (?:-s |--silent )?)?([a-z][\w-]*)/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !['ci', 'install', 'run', ...scripts].includes(name))).toEqual([])
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

/** Names in a `with:` of this action that action.yml does not have. */
function unknownInputs(text: string): string[] {
  const step = text.split(/uses: apono\/azure-connector-action@/).slice(1)
  return step.flatMap((after) => {
    const [, indent = '', body = ''] = /\n( *)with:\n((?:\1 +.*\n?|\s*\n)*)/.exec(after) ?? []
    const names = [...body.matchAll(new RegExp(`^${indent}  ([a-z-]+):`, 'gm'))].map(([, name = '']) => name)
    return names.filter((name) => !inputs.includes(name))
  })
}

function titleOf({ page, text }: Block): string {
  return `${page}: ${text.split('\n')[0]?.trim()}`
}

/** The line of folders and arrows on a page needs no language. */
function isDrawing(title: string): boolean {
  return title.includes('→') || title.includes('src/')
}
