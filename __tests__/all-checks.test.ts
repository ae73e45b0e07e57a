import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const scripts: Readonly<Record<string, string>> = JSON.parse(read('package.json')).scripts

test('`npm run all` and CI check the same, in the same order', () => {
  const installed = read('.ci/run').split('if within_limit npm ci')[1] ?? ''
  const onCi = [...installed.matchAll(/^ {2}check(?: (.*)|_(tests))$/gm)].map(([, command]) => command ?? 'npm test')
  expect(scripts.all?.split(' && ')).toEqual(onCi)
  expect(onCi).toEqual(expect.arrayContaining(['npm run lint', 'npm test', 'npm run check-dist']))
})

test('the tests are run on CI as `npm test` runs them', () => {
  expect(read('.ci/run')).toContain('within_limit npm test -- --json')
})

test('CI runs all checks', () => {
  expect(read('.github/workflows/ci.yml')).toContain('- run: bash .ci/run')
  expect(read('.github/workflows/release.yml')).toContain('- run: bash .ci/run')
})
