import { loadSpecs, violations } from '../../__tests__/specs/conformance.ts'
import { specsAreMissing } from '../../__tests__/specs/documents.ts'
import { group, put } from '../../__tests__/specs/sample-exchanges.ts'

/** What the check of every request costs that tests make: time of so many exchanges with the largest body we send. */
export type ConformanceFigures = { readonly exchanges: number; readonly ms: number }

/** @returns undefined where Microsoft's descriptions are not beside this repository. */
export function measureConformance(exchanges: number): ConformanceFigures | undefined {
  if (specsAreMissing) return undefined
  const specs = loadSpecs()
  const started = performance.now()
  for (let count = 0; count < exchanges; count += 1) violations(specs, put(group))
  return { exchanges, ms: performance.now() - started }
}
