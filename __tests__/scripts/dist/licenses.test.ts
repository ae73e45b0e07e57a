import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** A project that bundles one package, called `bundled`. */
let project: string

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'licenses-test-'))
  write('package.json', { name: 'project', version: '1.0.0' })
  write('src/index.ts', "import { hello } from 'bundled'\nhello()\n")
  write('node_modules/bundled/index.mjs', "export const hello = () => console.log('hello')\n")
})

afterEach(() => rmSync(project, { recursive: true }))

test.each(['MIT', 'Apache-2.0', '0BSD', '(GPL-2.0-only OR ISC)'])('a package under %s may be bundled', (license) => {
  expect(build({ license }).status).toBe(0)
  expect(readFileSync(join(project, 'dist/licenses.txt'), 'utf8')).toContain(`License: ${license}`)
})

test.each(['GPL-3.0-only', 'AGPL-3.0-or-later', 'SEE LICENSE IN LICENSE.txt', '(MIT AND LGPL-3.0-only)'])(
  'one under %s ends the build',
  (license) => {
    const { status, stderr } = build({ license })
    expect(stderr).toContain(`Dependency "bundled" has a license (${license}) which is not compatible`)
    expect([status, existsSync(join(project, 'dist'))]).toEqual([1, false])
  },
)

test.each([{}, { license: 'UNLICENSED' }])('one without any (%j) ends the build', (none) => {
  const { status, stderr } = build(none)
  expect(stderr).toContain('Dependency "bundled" does not specify any license.')
  expect([status, existsSync(join(project, 'dist'))]).toEqual([1, false])
})

/** Bundles the project the way the action is bundled. */
function build(license: { readonly license?: string }) {
  write('node_modules/bundled/package.json', { name: 'bundled', version: '1.0.0', main: 'index.mjs', ...license })
  const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')
  const args = [rolldown, '-c', join(root, 'rolldown.config.mjs')]
  return spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
}

function write(path: string, content: string | object): void {
  mkdirSync(join(project, path, '..'), { recursive: true })
  writeFileSync(join(project, path), typeof content === 'string' ? content : JSON.stringify(content))
}
