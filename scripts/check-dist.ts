/** `npm run check-dist`: dist/ has to be what a build of these sources gives, file by file and byte by byte. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
/** Another folder to check may be named, for the test of this very check. */
const committed = resolve(process.argv[2] ?? join(root, 'dist'))

const fresh = mkdtempSync(join(tmpdir(), 'dist-'))
try {
  build(fresh)
  const found = differences(contentOf(fresh), contentOf(committed))
  if (found.length === 0) console.log('dist/ is what a fresh build gives.')
  else fail(found)
} finally {
  rmSync(fresh, { recursive: true })
}

function build(folder: string): void {
  const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')
  const args = [rolldown, '-c', '-d', folder, '--logLevel', 'warn']
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] })
}

type Content = ReadonlyMap<string, Buffer>

/** Every file below a folder, hidden ones too; none when there is no such folder. */
function contentOf(folder: string): Content {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [relative(folder, path), readFileSync(path)]
    }),
  )
}

function differences(expected: Content, actual: Content): string[] {
  const names = [...new Set([...expected.keys(), ...actual.keys()])].sort()
  return names.flatMap((name) => difference(name, expected.get(name), actual.get(name)) ?? [])
}

function difference(name: string, expected: Buffer | undefined, actual: Buffer | undefined): string | undefined {
  if (actual === undefined) return `${name} is missing`
  if (expected === undefined) return `${name} is not made by the build`
  if (expected.equals(actual)) return undefined
  const at = expected.findIndex((byte, index) => byte !== actual[index])
  const from = at === -1 ? expected.length : at
  return `${name} differs from byte ${from} on (${expected.length} bytes in the build, ${actual.length} here)`
}

function fail(found: readonly string[]): void {
  console.error(['dist/ is not what a fresh build gives:', ...found.map((line) => `  ${line}`)].join('\n'))
  console.error('Run `npm run package` and commit dist/.')
  process.exitCode = 1
}
