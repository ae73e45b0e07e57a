import { expect, test } from '@jest/globals'
import { computed, evaluated } from './expression.ts'

const CONTEXTS = {
  github: { event_name: 'push', ref: 'refs/heads/main' },
  vars: { A_1: 'x' },
  matrix: { 'connector-id': 'one', subscription: 'A_1' },
  secrets: {},
}

test.each([
  ["github.event_name == 'PUSH'", true],
  ["github.event_name != 'push'", false],
  ["github.event_name == 'pull_request' && 'plan' || 'apply'", 'apply'],
  ["github.event_name == 'push' && 'pull-request' || ''", 'pull-request'],
  ["!(github.event_name == 'push') || false", false],
  ['vars.NOT_SET', null],
  ['secrets.NOT_SET || vars.A_1', 'x'],
  ['matrix.connector-id', 'one'],
  ['vars[matrix.subscription]', 'x'],
  ['github.event.pull_request.number', null],
  ["'it''s'", "it's"],
  ['1 == 1', true],
])('%s', (source, value) => {
  expect(computed(source, CONTEXTS)).toEqual(value)
})

test('a text keeps what is around the expression, and one that is nothing else its kind', () => {
  expect(evaluated('a-${{ matrix.connector-id }}-${{ vars.NONE }}', CONTEXTS)).toBe('a-one-')
  expect(evaluated('${{ github }}', CONTEXTS)).toEqual(CONTEXTS.github)
})

test.each(["contains('a', 'b')", 'nothing.here', '1 +', "'a' 'b'", '(true', "1 == 'a'"])(
  '%s is not guessed at',
  (source) => {
    expect(() => computed(source, CONTEXTS)).toThrow()
  },
)
