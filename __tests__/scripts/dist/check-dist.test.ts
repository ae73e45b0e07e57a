import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../../', import.meta.url))

let folder: string
/** What a build gives, not the repository's dist/: the sources may just be ahead of it. */
let dist: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-dist-test-'))
  dist = join(folder, 'dist')
  expect(runNode('node_modules/rolldown/bin/cli.mjs', '-c', '-d', dist).status).toBe(0)
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what another build gives passes; with a byte changed it fails', () => {
  expect(check(dist)).toEqual({ status: 0, errors: [] })

  const content = readFileSync(join(dist, 'index.js'))
  writeFileSync(join(dist, 'index.js'), content.with(7, content.readUInt8(7) ^ 1))
  expect(check(dist)).toEqual({
    status: 1,
    errors: [
      'dist/ is not what a fresh build gives:',
      `  index.js differs from byte 7 on (${content.length} bytes in the build, ${content.length} here)`,
      'Run `npm run package` and commit dist/.',
    ],
  })
})

test('a folder that is not there fails', () => {
  const { status, errors } = check(join(folder, 'nowhere'))
  expect(status).toBe(1)
  expect(errors).toEqual(expect.arrayContaining(['  index.js is missing', '  licenses.txt is missing']))
})

test.each([
  ['where it was made', 'process.cwd()'],
  ['which build it was', 'randomUUID()'],
])('a build that tells %s fails', (_, mark) => {
  const config = join(folder, 'marked.config.mjs')
  writeFileSync(
    config,
    `import { randomUUID } from 'node:crypto'
     import config from ${JSON.stringify(pathToFileURL(join(root, 'rolldown.config.mjs')).href)}
     const marked = { name: 'marked', generateBundle() { this.emitFile({ type: 'asset', fileName: 'mark', source: ${mark} }) } }
     export default { ...config, plugins: [...config.plugins, marked] }`,
  )

  expect(check(dist, config)).toEqual({
    status: 1,
    errors: [
      'Two builds of the same sources are not the same:',
      expect.stringMatching(/^ {2}mark differs from byte \d+ on/),
      'What of the machine got in?',
    ],
  })
})

/** The exit code, and what it complains about, line by line. */
function check(...args: string[]): { status: number | null; errors: string[] } {
  const { status, stderr } = runNode('scripts/check-dist.ts', ...args)
  return { status, errors: stderr.split('\n').filter((line) => line !== '') }
}

function runNode(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
}
