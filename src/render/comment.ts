import { document } from './document.ts'
import { link } from './markdown.ts'
import type { Phase } from './phase.ts'
import type { Report } from './report.ts'

export type { Phase }

/**
 * What the sticky comment of a pull request shows, without the hidden marker that finds it again.
 * @param budget most characters; what is left out is whole objects, and the comment says where they are.
 */
export function comment(report: Report, phase: Phase, budget: number): string {
  return document(report, phase, { bytes: budget, rest: summaryOf(report) })
}

function summaryOf({ context: { runUrl } }: Report): string {
  return runUrl === '' ? 'the job summary' : link('the job summary', runUrl)
}
