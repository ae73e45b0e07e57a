import type { Outcome } from '../engine/apply.ts'
import { KINDS, RESULTS } from './symbols.ts'

/** What became of one change, as a sentence. */
export function outcomeLine(outcome: Outcome): string {
  const { kind, name } = outcome.change
  const state =
    'actual' in outcome && outcome.actual.attributes.state ? ` It is ${outcome.actual.attributes.state}.` : ''
  return `The ${KINDS[kind] ?? kind} "${name}" was ${RESULTS[outcome.result]}.${state}`
}
