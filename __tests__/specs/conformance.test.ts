import { describe, expect, test } from '@jest/globals'
import { loadSpecs, violations } from './conformance.ts'
import { broken, conforming, onTheWire } from './sample-exchanges.ts'
import { describeWithSpecs } from './suite.ts'

describeWithSpecs("Microsoft's descriptions", () => {
  const specs = loadSpecs()

  describe('an exchange conforms when', () => {
    test.each(conforming)('%s', (_, sent) => expect(violations(specs, onTheWire(sent))).toEqual([]))
  })

  describe('an exchange violates the description when', () => {
    test.each(broken)('%s', (_, sent, expected) => {
      const found = violations(specs, onTheWire(sent))

      expect(found).toEqual([expect.stringContaining(expected)])
    })
  })
})
