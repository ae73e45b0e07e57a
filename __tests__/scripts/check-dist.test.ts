import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../', import.meta.url))
const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs')

let folder: string
/** What a build gives, not the repository's dist/: the sources may just be ahead of it. */
let built: string
let dist: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-dist-test-'))
  built = join(folder, 'built')
  dist = join(folder, 'dist')
  expect(runNode(rolldown, '-c', '-d', built).status).toBe(0)
})

beforeEach(() => {
  rmSync(dist, { recursive: true, force: true })
  cpSync(built, dist, { recursive: true })
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('what another build gives passes', () => {
  expect(check()).toEqual({ status: 0, problems: [] })
})

test.each(['index.js', 'licenses.txt'])('a changed byte in %s fails', (name) => {
  const content = readFileSync(join(dist, name))
  const changed = content.with(7, content.readUInt8(7) ^ 1)
  writeFileSync(join(dist, name), changed)

  const sizes = `(${content.length} bytes in the build, ${content.length} here)`
  expect(check()).toEqual({ status: 1, problems: [`${name} differs from byte 7 on ${sizes}`] })
})

test('a byte at the end fails', () => {
  const content = readFileSync(join(dist, 'package.json'))
  writeFileSync(join(dist, 'package.json'), Buffer.concat([content, Buffer.from('\n')]))

  const sizes = `(${content.length} bytes in the build, ${content.length + 1} here)`
  expect(check()).toEqual({ status: 1, problems: [`package.json differs from byte ${content.length} on ${sizes}`] })
})

test.each(['extra.js', '.hidden', join('folder', 'extra.js'), join('.folder', 'extra.js')])(
  '%s too many fails',
  (name) => {
    mkdirSync(join(dist, name, '..'), { recursive: true })
    writeFileSync(join(dist, name), '')

    expect(check()).toEqual({ status: 1, problems: [`${name} is not made by the build`] })
  },
)

test.each(['index.js', 'licenses.txt', 'package.json'])('a missing %s fails', (name) => {
  rmSync(join(dist, name))

  expect(check()).toEqual({ status: 1, problems: [`${name} is missing`] })
})

test.each(['an empty folder', 'no folder'])('%s fails', (kind) => {
  rmSync(dist, { recursive: true })
  if (kind === 'an empty folder') mkdirSync(dist)

  const { status, problems } = check()
  expect(status).toBe(1)
  expect(problems).toEqual(expect.arrayContaining(['index.js is missing', 'licenses.txt is missing']))
})

/** The exit code, and the lines that name a difference. */
function check(): { status: number | null; problems: string[] } {
  const { status, stderr } = runNode(join(root, 'scripts/check-dist.ts'), dist)
  const named = stderr.split('\n').filter((line) => line.startsWith('  '))
  return { status, problems: named.map((line) => line.trim()) }
}

function runNode(...args: string[]) {
  return spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
}
