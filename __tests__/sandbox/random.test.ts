import { expect, test } from '@jest/globals'
import { Random } from '../../sandbox/random.ts'

/** The form of a random GUID (version 4): https://www.rfc-editor.org/rfc/rfc9562#section-5.4 */
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function guids(seed: string, count = 200): string[] {
  const random = new Random(seed)
  return Array.from({ length: count }, () => random.guid())
}

test('one seed gives the same guids in the same order, whatever else asks at the same time', () => {
  const [one, other] = [new Random('a'), new Random('a')]
  const interleaved = Array.from({ length: 200 }, () => [one.guid(), other.guid()])
  expect(interleaved).toEqual(guids('a').map((guid) => [guid, guid]))
})

test('no guid comes twice, neither from one seed nor from another', () => {
  const all = ['a', 'b', '', 'a:1'].flatMap((seed) => guids(seed))
  expect(new Set(all).size).toBe(all.length)
})

test('every guid has the form of a random one, and every variant comes up', () => {
  const all = guids('a')
  for (const guid of all) expect(guid).toMatch(GUID)
  expect(new Set(all.map((guid) => guid.charAt(19)))).toEqual(new Set(['8', '9', 'a', 'b']))
})
