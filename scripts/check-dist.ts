/**
 * `npm run check-dist`: dist/ has to be what a build of these sources gives, file by file and byte by byte, and so has a build of a
 * copy of them elsewhere: who made the bundle, where and when, shows nowhere in it.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { contentOf, differences } from './dist/content.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
/** Another folder to check, and another way to build it, may be named, for the test of this very check. */
const [committed = join(root, 'dist'), config = 'rolldown.config.mjs'] = process.argv.slice(2)

const folder = mkdtempSync(join(tmpdir(), 'dist-'))
try {
  const here = contentOf(build(root, join(folder, 'here')))
  const elsewhere = contentOf(build(copyOfSources(join(folder, 'copy')), join(folder, 'made/elsewhere')))
  const apart = differences(here, elsewhere)
  const stale = differences(here, contentOf(resolve(committed)))
  if (apart.length > 0) fail('Two builds of the same sources are not the same:', apart, 'What of the machine got in?')
  else if (stale.length > 0)
    fail('dist/ is not what a fresh build gives:', stale, 'Run `npm run package` and commit dist/.')
  else console.log('dist/ is what a fresh build gives, here and elsewhere.')
} finally {
  rmSync(folder, { recursive: true })
}

/** All that a build reads. Packages are linked, as they are large and the same. */
function copyOfSources(to: string): string {
  mkdirSync(to)
  for (const name of ['src', 'package.json', 'rolldown.config.mjs']) {
    cpSync(join(root, name), join(to, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'), 'junction')
  return to
}

function build(sources: string, to: string): string {
  const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')
  const args = [rolldown, '-c', config, '-d', to, '--logLevel', 'warn']
  execFileSync(process.execPath, args, { cwd: sources, stdio: ['ignore', 'ignore', 'inherit'] })
  return to
}

function fail(problem: string, found: readonly string[], remedy: string): void {
  console.error([problem, ...found.map((line) => `  ${line}`), remedy].join('\n'))
  process.exitCode = 1
}
