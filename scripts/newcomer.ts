/**
 * `npm run newcomer [-- --all]`: what the README says first, carried out literally by somebody who has only this machine's programs:
 * an empty folder, an empty HOME, nothing cached. If it begins with `git clone`, that gets the commit that is here; if not, such a clone
 * is there before. It fails when a step does not work as written.
 *
 * Whoever runs all checks has just run `npm test`, on CI after `npm ci` in a fresh clone, so that line is left out unless `--all` is
 * given.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { beginsWithClone, clonedFrom } from './newcomer/clone.ts'
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
  const { repository } = JSON.parse(git(root, 'show', 'HEAD:package.json'))
  const screen = firstScreenOf(git(root, 'show', 'HEAD:README.md'))
  const clones = beginsWithClone(screen.commands)
  if (!clones) git(folder, 'clone', '--quiet', root, checkout)

  console.log(`A newcomer follows README.md at ${commit}:`)
  const place = {
    folder: clones ? folder : checkout,
    env: { ...env, ...clonedFrom(root, repository.replace('github:', '')) },
  }
  const problems = follow(screen, place, exception())
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else if (git(checkout, 'rev-parse', 'HEAD') !== commit) throw new Error(`The clone is not at ${commit}.`)
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
