import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { contentOf, differences } from '../../../scripts/dist/content.ts'

const BUILT = { 'index.js': 'export {}', 'licenses.txt': 'MIT', 'package.json': '{}' }

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'content-test-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('the same files are the same', () => {
  expect(differencesTo(BUILT)).toEqual([])
})

test('a changed byte shows, and where', () => {
  expect(differencesTo({ ...BUILT, 'index.js': 'export  }' })).toEqual([
    'index.js differs from byte 7 on (9 bytes in the build, 9 here)',
  ])
})

test('a byte more at the end shows', () => {
  expect(differencesTo({ ...BUILT, 'package.json': '{}\n' })).toEqual([
    'package.json differs from byte 2 on (2 bytes in the build, 3 here)',
  ])
})

test('a byte less at the end shows', () => {
  expect(differencesTo({ ...BUILT, 'licenses.txt': 'MI' })).toEqual([
    'licenses.txt differs from byte 2 on (3 bytes in the build, 2 here)',
  ])
})

test.each(['extra.js', '.hidden', join('folder', 'extra.js'), join('.folder', 'extra.js')])(
  '%s too many shows, though it is empty',
  (name) => {
    expect(differencesTo({ ...BUILT, [name]: '' })).toEqual([`${name} is not made by the build`])
  },
)

test.each(Object.keys(BUILT))('a missing %s shows', (name) => {
  const rest = Object.entries(BUILT).filter(([other]) => other !== name)
  expect(differencesTo(Object.fromEntries(rest))).toEqual([`${name} is missing`])
})

const MISSING = Object.keys(BUILT).map((name) => `${name} is missing`)

test('of an empty folder everything is missing', () => {
  expect(differencesTo({})).toEqual(MISSING)
})

test('of a folder that is not there everything is missing', () => {
  expect(differences(contentOf(write('built', BUILT)), contentOf(join(folder, 'nowhere')))).toEqual(MISSING)
})

function differencesTo(actual: Readonly<Record<string, string>>): string[] {
  return differences(contentOf(write('built', BUILT)), contentOf(write('here', actual)))
}

function write(name: string, files: Readonly<Record<string, string>>): string {
  const to = join(folder, name)
  mkdirSync(to)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(to, file, '..'), { recursive: true })
    writeFileSync(join(to, file), text)
  }
  return to
}
