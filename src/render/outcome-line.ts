import type { Outcome } from '../engine/apply.ts'
import { kindOf, RESULTS } from './symbols.ts'
import { oneLine } from './visible.ts'

/** What became of one change, as a sentence. */
export function outcomeLine(outcome: Outcome): string {
  const { change } = outcome
  const state =
    'actual' in outcome && outcome.actual.attributes.state ? ` It is ${outcome.actual.attributes.state}.` : ''
  return oneLine(`The ${kindOf(change)} "${change.name}" was ${RESULTS[outcome.result].word}.${state}`)
}
