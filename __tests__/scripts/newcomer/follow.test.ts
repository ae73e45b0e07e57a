import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { follow } from '../../../scripts/newcomer/follow.ts'
import { brokenPromises } from '../../../scripts/newcomer/promises.ts'

const PROMISE = 'The demo plays the life of a connector against a sandbox.'
const DEMO = `
1. A pull request: what would be created?
Outputs (exit code 0, 0.5 s)
2. It is merged: the connector is created.
Outputs (exit code 0, 0.5 s)
3. Another plan: nothing left to do.
Outputs (exit code 0, 0.5 s)
4. Somebody edited the group in the portal: every difference shows.
Outputs (exit code 0, 0.5 s)
`

let checkout: string
const said = jest.spyOn(console, 'log').mockReturnValue(undefined)

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'follow-test-'))
  said.mockClear()
})

afterEach(() => rmSync(checkout, { recursive: true }))

function problems(commands: readonly string[], except?: RegExp): string[] {
  return follow({ commands, promise: PROMISE }, { folder: checkout, env: { PATH: process.env.PATH } }, except)
}

test('commands are carried out as they stand, one after the other, in the clone', () => {
  expect(problems(['echo hello > greeting && test -z "$HOME"', 'grep hello greeting'])).toEqual([])
})

test('as in a terminal, a command begins where the one before ended, though that failed', () => {
  expect(problems(['mkdir -p a/b && cd a', 'cd b; true', 'cd .. && test -d b && touch here', 'test -e here'])).toEqual(
    [],
  )
  expect(problems(['cd a; exit 3', 'test -e here'])).toHaveLength(1)
})

test('one that fails is a problem, with all that it wrote, and the others follow', () => {
  expect(problems(['echo out; echo no such thing >&2; exit 3', 'touch on', 'test -e on && exit 4'])).toEqual([
    '`echo out; echo no such thing >&2; exit 3` ended with exit code 3:\nout\n\nno such thing',
    '`test -e on && exit 4` ended with exit code 4:\n',
  ])
})

test('one that is left out is not carried out, and named', () => {
  expect(problems(['npm ci && npm test', 'true'], /\bnpm test\b/)).toEqual([])
  expect(said).toHaveBeenCalledWith('- left out: npm ci && npm test')
})

test('one that does not keep its promise is a problem, though it ends well', () => {
  expect(problems(['echo nothing # npm run demo'])[0]).toContain('No step of the demo shows /pull request/.')
})

test('a demo that shows what is said of it keeps its promise', () => {
  expect(brokenPromises('npm ci && npm run demo', DEMO, PROMISE)).toEqual([])
})

test.each([
  ['a step that is not there', DEMO.replace('is created.', 'is closed.'), 'No step of the demo shows /is created/.'],
  ['a step that failed', DEMO.replace('code 0', 'code 1'), 'This step of the demo did not end well: 1. A pull request'],
  ['a step without an end', DEMO.replace(/Outputs.*\n$/, ''), 'This step of the demo did not end well: 4. Somebody'],
])('a demo with %s breaks it', (_, output, problem) => {
  expect(brokenPromises('npm run demo', output, PROMISE)).toEqual(
    expect.arrayContaining([expect.stringContaining(problem)]),
  )
})

test('a README that promises nothing known of the demo is a problem: nothing would be looked for', () => {
  expect(brokenPromises('npm run demo', DEMO, 'The demo is nice.')).toEqual([
    'README.md says nothing of the demo that could be looked for: "The demo is nice."',
  ])
})
