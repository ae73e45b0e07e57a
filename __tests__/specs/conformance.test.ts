import { describe, expect, test } from '@jest/globals'
import { loadSpecs, violations } from './conformance.ts'
import { skipReason } from './documents.ts'
import { broken, conforming, group, onTheWire, put } from './sample-exchanges.ts'

const specs = loadSpecs()

if (!specs) {
  describe.skip(`violations ${skipReason}`, () => test('are found', () => undefined))
} else {
  describe('an exchange conforms when', () => {
    test.each(conforming)('%s', (_, sent) => expect(violations(specs, onTheWire(sent))).toEqual([]))
  })

  describe('an exchange violates the description when', () => {
    test.each(broken)('%s', (_, sent, expected) => {
      const found = violations(specs, onTheWire(sent))

      expect(found).toEqual([expect.stringContaining(expected)])
    })
  })

  test('some thousand exchanges are checked in seconds', () => {
    const started = performance.now()
    for (let count = 0; count < 3000; count += 1) violations(specs, put(group))

    expect(performance.now() - started).toBeLessThan(5000)
  })
}
