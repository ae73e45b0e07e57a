/**
 * `npm run newcomer [-- --all]`: what the README says first, carried out literally by somebody who has only this machine's programs:
 * a clone of the commit in an empty folder, an empty HOME, nothing cached. It fails when a step does not work as written.
 *
 * Whoever runs all checks has just run `npm test`, on CI after `npm ci` in a fresh clone, so that line is left out unless `--all` is
 * given.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { firstScreenOf } from './newcomer/first-screen.ts'
import { follow } from './newcomer/follow.ts'
import { newcomersEnv } from './newcomer/machine.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } })

const folder = mkdtempSync(join(tmpdir(), 'newcomer-'))
const checkout = join(folder, 'azure-connector-action')
const env = newcomersEnv(process.env, folder)
try {
  for (const name of ['home', 'tmp', 'npm-cache']) mkdirSync(join(folder, name))
  const commit = git(root, 'rev-parse', 'HEAD')
  if (git(root, 'status', '--porcelain') !== '') console.log('What is not committed is not cloned.')
  git(folder, 'clone', '--quiet', root, checkout)
  if (git(checkout, 'rev-parse', 'HEAD') !== commit) throw new Error(`The clone is not at ${commit}.`)

  console.log(`A newcomer follows README.md at ${commit}:`)
  const problems = follow(
    firstScreenOf(readFileSync(join(checkout, 'README.md'), 'utf8')),
    { checkout, env },
    exception(),
  )
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log('Everything that was carried out worked as written.')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function exception(): RegExp | undefined {
  if (values.all) return undefined
  console.log('`npm test` is left out: all checks run it anyway. `npm run newcomer -- --all` carries it out here too.')
  return /\bnpm test\b/
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env, encoding: 'utf8' }).trim()
}
