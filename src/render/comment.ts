import { type Report, summary } from './summary.ts'

export type Phase = 'planned' | 'applying' | 'applied' | 'failed' | 'outdated'

/** Stand-in for the renderer of comments. @returns visible Markdown of at most `budget` characters, without a marker. */
export function comment(report: Report, phase: Phase, budget: number): string {
  return `_${phase}_\n\n${summary(report)}`.slice(0, budget).trim()
}
