import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { majorTag } from '../../scripts/release/readiness.ts'
import { root } from './pages.ts'

const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { version }: { version: string } = JSON.parse(read('package.json'))

/** All that says how the action is used: `@v1`, `@<commit> # v1.0.0`. */
const PLACES = ['*.md', 'docs/*.md', 'examples/*', 'sandbox/*.md', 'scripts/**/*.ts', 'src/**/*.ts']

test('what people are told to use is the tag that this version moves', () => {
  const texts = globSync(PLACES, { cwd: root }).map(read).join('\n')
  const told = [...texts.matchAll(/azure-connector-action@(?:\S+ # )?(v\d+)\b/g)]
  expect(told.length).toBeGreaterThan(5)
  expect(new Set(told.map(([, major]) => major))).toEqual(new Set([majorTag(version)]))
})

test('this version is the newest that the changelog knows, and the one that is locked', () => {
  expect(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version)
  const { version: locked, packages } = JSON.parse(read('package-lock.json'))
  expect([locked, packages[''].version]).toEqual([version, version])
})
