import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { beginsWithClone, clonedFrom } from '../../../scripts/newcomer/clone.ts'
import { follow } from '../../../scripts/newcomer/follow.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'clone-test-'))
  jest.spyOn(console, 'log').mockReturnValue(undefined)
})

afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  ['git clone https://github.com/owner/name && cd name'],
  ['git clone https://github.com/owner/name.git', 'cd name'],
  ['git clone https://github.com/owner/name name', 'cd name'],
])('a README that begins with %s gets the commit that is here', (...commands) => {
  const here = join(folder, 'here')
  mkdirSync(here)
  const env = { PATH: process.env.PATH, HOME: folder }
  const git = (...args: string[]) => execFileSync('git', args, { cwd: here, env, encoding: 'utf8' }).trim()
  git('init', '--quiet')
  const author = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.com']
  git(...author, 'commit', '--quiet', '--allow-empty', '--message', 'here')

  const check = `test "$(git rev-parse HEAD)" = ${git('rev-parse', 'HEAD')} && test "$(basename "$PWD")" = name`
  const place = { folder, env: { ...env, ...clonedFrom(here, 'owner/name') } }
  expect(follow({ commands: [...commands, check], promise: 'A promise.' }, place)).toEqual([])
})

test('whether a README begins with a clone is told by its first command', () => {
  expect(beginsWithClone(['git clone https://github.com/owner/name', 'npm ci'])).toBe(true)
  expect(beginsWithClone(['npm ci', 'git clone https://github.com/owner/name'])).toBe(false)
  expect(beginsWithClone([])).toBe(false)
})
