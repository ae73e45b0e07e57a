import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative, sep } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { withTables } from '../scripts/readme/tables.ts'
import { DEFAULTS } from '../src/inputs/defaults.ts'
import { OUTPUTS } from '../src/render/outputs.ts'

const root = join(import.meta.dirname, '..')

/** What a part of src/ may import of the others. A part is a folder, or a file of src/ itself. Anything not listed is forbidden. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'index.ts': ['run.ts', 'host'],
  'run.ts': [
    'approval.ts',
    'discussion',
    'ended.ts',
    'errors.ts',
    'offline.ts',
    'patience.ts',
    'planning.ts',
    'report.ts',
    'services.ts',
    'verify',
    'inputs',
    'host',
    'spec',
    'engine',
    'render',
    'azure',
  ],
  'offline.ts': ['engine', 'errors.ts', 'host', 'inputs', 'render', 'spec'],
  'services.ts': ['apono', 'azure', 'host', 'http.ts', 'inputs', 'patience.ts'],
  'planning.ts': ['services.ts', 'errors.ts', 'apono', 'engine', 'inputs', 'render', 'spec'],
  'approval.ts': ['discussion', 'engine', 'errors.ts', 'json.ts', 'host', 'render'],
  'report.ts': ['discussion', 'ended.ts', 'errors.ts', 'host', 'engine', 'inputs', 'render', 'spec'],
  'http.ts': ['ended.ts', 'json.ts', 'patience.ts', 'resend.ts'],
  'resend.ts': ['errors.ts', 'mishap.ts', 'patience.ts'],
  'mishap.ts': ['json.ts'],
  'patience.ts': [],
  'ended.ts': ['errors.ts'],
  'errors.ts': [],
  'json.ts': [],
  inputs: ['errors.ts', 'json.ts', 'host', 'spec'],
  host: ['errors.ts', 'json.ts', 'http.ts', 'patience.ts'],
  discussion: ['engine', 'errors.ts', 'host', 'inputs', 'json.ts', 'render', 'spec'],
  spec: ['errors.ts', 'engine', 'inputs'],
  engine: ['errors.ts'],
  render: ['engine', 'spec', 'errors.ts', 'inputs', 'host', 'json.ts'],
  azure: [
    'engine',
    'spec',
    'errors.ts',
    'ended.ts',
    'inputs',
    'http.ts',
    'json.ts',
    'host',
    'mishap.ts',
    'patience.ts',
    'resend.ts',
  ],
  verify: [
    'ended.ts',
    'errors.ts',
    'patience.ts',
    'services.ts',
    'apono',
    'azure',
    'engine',
    'host',
    'inputs',
    'render',
    'spec',
  ],
  apono: ['errors.ts', 'http.ts', 'inputs', 'json.ts', 'spec'],
}

/** Files whose values, and not only types, may be imported by nobody but these. */
const HEAVY: Readonly<Record<string, RegExp>> = {
  '@actions/': /^src\/host\/(github|octokit)\.ts$/,
  '@azure/': /^src\/(azure\/.*|http|resend|mishap)\.ts$/,
  '@microsoft/': /^src\/azure\/graph\.ts$/,
}

type Import = { readonly from: string; readonly target: string; readonly typeOnly: boolean; readonly lazy: boolean }

function filesBelow(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statics = [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'/gm)]
  const bare = [...text.matchAll(/^import\s+'([^']+)'/gm)].map((match) => [match[0], undefined, match[1]] as const)
  const lazy = [...text.matchAll(/import\('([^']+)'\)/g)]
  return [
    ...[...statics, ...bare].map(([, type, target = '']) => ({
      from: file,
      target: resolved(file, target),
      typeOnly: type !== undefined,
      lazy: false,
    })),
    ...lazy.map(([, target = '']) => ({ from: file, target: resolved(file, target), typeOnly: false, lazy: true })),
  ]
}

function resolved(file: string, target: string): string {
  return target.startsWith('.')
    ? normalize(join(dirname(file), target))
        .split(sep)
        .join('/')
    : target
}

function partOf(file: string): string {
  return file.split('/')[1] ?? ''
}

const sources = filesBelow('src')
const imports = sources.flatMap(importsOf)

describe('imports of src/', () => {
  test('follow the arrows', () => {
    const wrong = imports
      .filter(({ target }) => target.startsWith('src/'))
      .filter(
        ({ from, target }) => partOf(from) !== partOf(target) && !MAY_IMPORT[partOf(from)]?.includes(partOf(target)),
      )
    expect(wrong).toEqual([])
  })

  test('are all needed: no arrow leads nowhere', () => {
    const used = new Set(imports.map(({ from, target }) => `${partOf(from)} → ${partOf(target)}`))
    const arrows = Object.entries(MAY_IMPORT).flatMap(([from, targets]) => targets.map((to) => `${from} → ${to}`))
    expect(arrows.filter((arrow) => !used.has(arrow))).toEqual([])
  })

  test('of values never go round in circles between the parts', () => {
    const needs = Map.groupBy(
      imports.filter(({ from, target, typeOnly }) => !typeOnly && partOf(from) !== partOf(target)),
      ({ from }) => partOf(from),
    )
    const reaches = (part: string, goal: string, seen = new Set<string>()): boolean => {
      if (seen.has(part)) return false
      seen.add(part)
      const next = (needs.get(part) ?? []).map(({ target }) => partOf(target))
      return next.includes(goal) || next.some((one) => reaches(one, goal, seen))
    }
    expect(Object.keys(MAY_IMPORT).filter((part) => reaches(part, part))).toEqual([])
  })

  test('keep the engine free of Azure and GitHub', () => {
    const outside = imports.filter(
      ({ from, target }) => from.startsWith('src/engine/') && !target.startsWith('src/') && !target.startsWith('node:'),
    )
    expect(outside).toEqual([])
  })

  test.each(Object.entries(HEAVY))('of %s stand only where they may', (name, allowed) => {
    const users = imports.filter(({ target }) => target.startsWith(name))
    expect(users.length).toBeGreaterThan(0)
    expect(users.filter(({ from }) => !allowed.test(from))).toEqual([])
  })

  test('load nothing of @azure before the inputs are known to be right', () => {
    const reached = new Set<string>()
    const visit = (file: string): void => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { target, typeOnly, lazy } of importsOf(file)) {
        if (!typeOnly && !lazy && target.startsWith('src/')) visit(target)
      }
    }
    visit('src/index.ts')
    const early = imports.filter(
      ({ from, target, typeOnly, lazy }) => reached.has(from) && target.startsWith('@azure/') && !typeOnly && !lazy,
    )
    expect(early).toEqual([])
    expect(reached).toContain('src/run.ts')
  })

  test('never reach the sandbox, the tests or the scripts', () => {
    expect(imports.filter(({ target }) => /^(sandbox|__tests__|scripts)\//.test(target))).toEqual([])
  })
})

describe('the sandbox', () => {
  const foreign = filesBelow('sandbox').flatMap(importsOf)

  test('shares no code with the action and uses no SDK of Azure', () => {
    expect(foreign.length).toBeGreaterThan(0)
    expect(foreign.filter(({ target }) => /^(src|__tests__|scripts)\/|^@azure\/|^@actions\//.test(target))).toEqual([])
  })
})

describe('sizes', () => {
  test.each([...sources, ...filesBelow('sandbox')])('%s can be held in mind', (file) => {
    expect(readFileSync(join(root, file), 'utf8').split('\n').length).toBeLessThanOrEqual(250)
  })

  test('the entry is a few lines', () => {
    expect(readFileSync(join(root, 'src/index.ts'), 'utf8').trim().split('\n').length).toBeLessThanOrEqual(15)
  })
})

type Metadata = {
  readonly runs: { readonly using: string; readonly main: string }
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required: boolean }>
  >
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
}

describe('the contract', () => {
  const metadata: Metadata = parse(readFileSync(join(root, 'action.yml'), 'utf8'))
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const namesIn = (pattern: RegExp, text: string) =>
    [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].sort()
  const inputsCode = filesBelow('src/inputs')
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')

  test('action.yml declares the inputs that are read, and no other', () => {
    const read = namesIn(
      /read\.(?:required|optional|secret|requiredSecret|derived|require|confirm)\(\s*'([^']+)'/g,
      inputsCode,
    )
    expect(Object.keys(metadata.inputs).sort()).toEqual(read)
  })

  test('action.yml and the code have the same defaults', () => {
    // What the runner works out is no default of ours: outside of it there is nothing to work out.
    const declared = Object.entries(metadata.inputs).flatMap(([name, { default: text }]) =>
      text === undefined || text.startsWith('${{') ? [] : [[name, text]],
    )
    expect(Object.fromEntries(declared)).toEqual(DEFAULTS)
  })

  test('action.yml declares the outputs that the code can set, and no other', () => {
    expect(Object.keys(metadata.outputs).sort()).toEqual([...OUTPUTS].sort())
  })

  test('the README has the tables that `npm run docs` makes of action.yml', () => {
    expect(readme).toBe(withTables(readme, metadata))
  })

  test('everything is described', () => {
    const described = [...Object.values(metadata.inputs), ...Object.values(metadata.outputs)]
    expect(described.every(({ description }) => description.length > 20)).toBe(true)
  })

  test('the action runs on Node 24 from a file that is there', () => {
    expect(metadata.runs.using).toBe('node24')
    expect(readdirSync(join(root, dirname(metadata.runs.main)))).toContain('index.js')
  })
})

test('every package that is bundled has its line of reason in CONTRIBUTING.md, and no other', () => {
  const table = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8').split('\n## Dependencies\n')[1] ?? ''
  const argued = [...table.matchAll(/^\| `([^`]+)` \| (?:\S+ ){3,}/gm)].map(([, name]) => name)
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect(argued.sort()).toEqual(Object.keys(dependencies).sort())
})
