import { describe, test } from '@jest/globals'
import { skipReason, specsAreMissing } from './documents.ts'

/** A suite that leans on Microsoft's descriptions; where they are missing, the report says that it was skipped. */
export function describeWithSpecs(title: string, suite: () => void): void {
  if (specsAreMissing) skipped(title, skipReason)
  else describe(title, suite)
}

/** The same for one test. */
export function testWithSpecs(title: string, check: () => void): void {
  if (specsAreMissing) skipped(title, skipReason)
  else test(title, check)
}

/** Said aloud, and past Jest, which only counts what it skips. It wants a body too; this one could never pass. */
export function skipped(title: string, reason: string): void {
  process.stderr.write(`${title} ${reason}\n`)
  test.skip(`${title} ${reason}`, () => {
    throw new Error(reason)
  })
}
