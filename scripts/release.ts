/**
 * `npm run release -- 1.2.3 [--dry-run]`: checks that the commit can be released, makes what is attached to it in build/, and tags it.
 * Pushing the tag starts .github/workflows/release.yml, which makes the same files again and publishes them. Nothing here leaves
 * this machine.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { notesOf } from './release/changelog.ts'
import { majorTag, problemsOf } from './release/readiness.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } })
const version = (positionals[0] ?? '').replace(/^v/, '')
const changelog = readFileSync(`${root}CHANGELOG.md`, 'utf8')

const problems = problemsOf({
  version,
  changelog,
  tags: lines('git', ['tag']),
  uncommitted: lines('git', ['status', '--porcelain']).map((line) => line.slice(3)),
  packageVersion: JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version,
})
if (problems.length > 0) {
  console.error([`${version || 'This'} cannot be released:`, ...problems.map((problem) => `- ${problem}`)].join('\n'))
  process.exit(1)
}

run('node', ['scripts/check-dist.ts'])
mkdirSync(`${root}build`, { recursive: true })
writeFileSync(`${root}build/release-notes.md`, `${notesOf(version, changelog)}\n`)
run('npm', ['run', '--silent', 'sbom'])
const tag = `v${version}`
if (values['dry-run']) {
  console.log(`Everything is ready for ${tag}: build/release-notes.md and build/sbom.cdx.json. No tag was made.`)
} else {
  run('git', ['tag', '--annotate', tag, '--message', tag])
  console.log(`${tag} is made, and is published when you push it: git push origin ${tag}`)
}
console.log(`The workflow then moves ${majorTag(version)} to it.`)

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
}

function lines(command: string, args: readonly string[]): string[] {
  return execFileSync(command, args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
}
