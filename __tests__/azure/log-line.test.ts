import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readableLine } from '../../src/azure/log-line.ts'

const ESCAPE = String.fromCharCode(27)

test.each([
  ['an ordinary line, with ümlauts', 'an ordinary line, with ümlauts'],
  [`${ESCAPE}[31mred${ESCAPE}[0m and\ttabbed\r`, 'red and  tabbed'],
  ['hidden \u202eright to left', 'hidden right to left'],
  ['Authorization: Bearer abc.def-1', 'Authorization: Bearer ***'],
  ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.c2ln.', 'jwt ***.'],
  ['{"password":"s3cret","user":"me"}', '{"password":"***","user":"me"}'],
  ['client_secret=abc&x=1', 'client_secret=***&x=1'],
  ['https://store/blob?sv=1&sig=a%2Fb', 'https://store/blob?sv=1&sig=***'],
  ['the token was not accepted', 'the token was not accepted'],
])('%j is shown as %j', (line, shown) => {
  expect(readableLine(line)).toBe(shown)
})

test('a long line is cut between words, never within what may be a secret', () => {
  expect(readableLine(`begin ${'x'.repeat(3_000)}`)).toBe('begin …')
  expect(readableLine(`${'word '.repeat(600)}`).length).toBeLessThan(2_010)
})

test('whatever a container writes stays one line without controls, in no time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 3_000 }), (line) => {
      expect(readableLine(line)).not.toMatch(/\p{Cc}/u)
    }),
  )
})
