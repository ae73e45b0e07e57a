import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { faultsIn } from './known-commands.ts'
import { type Block, blocksOf, codeIn, pages, root } from './pages.ts'
import { simpleCommands } from './simple-commands.ts'

const all = pages()
const scripts = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)
const customRoles = all.flatMap(blocksOf).flatMap(({ language, text }) => roleIn(language, text))

const named = all
  .flatMap(blocksOf)
  .filter(({ language }) => language === 'sh')
  .map((block) => [titleOf(block), block.text] as const)

const inline = all
  .flatMap((page) => codeIn(page).map((text) => [`${page.path}: ${text}`, text] as const))
  .filter(([, text]) => /^(az|gh|terraform|npm) [a-z]+ /.test(text))

describe.each([...named, ...inline])('%s', (_, text) => {
  // What stands in angle brackets is for the reader to fill in.
  const filled = text.replaceAll(/<[a-z][\w .-]*>/g, 'filled-in')

  test('is a script', () => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: filled, encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })

  test('has commands that there are, with options that they take', () => {
    expect(simpleCommands(text).flatMap((command) => faultsIn(command, customRoles))).toEqual([])
  })

  test('runs scripts that there are', () => {
    const used = [...filled.matchAll(/npm (?:run (?:-s |--silent )?)?([a-z][\w-]*)/g)].map(([, name = '']) => name)
    expect(used.filter((name) => !['ci', 'install', 'run', 'version', ...scripts].includes(name))).toEqual([])
  })
})

describe('what is wrong is seen', () => {
  test.each([
    ['az ad app federated-credentials make --idd x', 'no such command'],
    ['az group create --name x', 'lacks --location'],
    ['az identity create --name x --resource-grup y', 'no option --resource-grup'],
    ['A=$(az accont show --query id)', 'no such command'],
    ['echo "in $(az group creat --name x)"', 'no such command'],
    ['az role assignment create --assignee x --scope /y --role "No Such Role"', 'no role No Such Role'],
    ['az role assignment create --role Reader --scope /y', 'lacks --assignee or --assignee-object-id'],
    ['cat x | gh variable sett A --repo b --body c', 'no such command'],
    ['terraform stat list', 'no such command'],
  ])('%s', (script, fault) => {
    const faults = simpleCommands(script).flatMap((command) => faultsIn(command, customRoles))
    expect(faults).toContainEqual(expect.stringContaining(fault))
  })
})

test('a script is split as a shell splits it', () => {
  const script = 'A=1 B="$(x "y z")" az a\\\n  --b "c \\"d\\" $E" \'f "g"\' && h | i # j\nf() { k; }'
  expect(simpleCommands(script)).toEqual([
    ['x', 'y z'],
    ['az', 'a', '--b', 'c "d" $E', 'f "g"'],
    ['h'],
    ['i'],
    ['f'],
    ['k'],
  ])
})

function roleIn(language: string, text: string): string[] {
  return language === 'json' && text.includes('"Actions"') ? [JSON.parse(text).Name] : []
}

function titleOf({ page, text }: Block): string {
  return `${page}: ${text.split('\n')[0]?.trim()}`
}
