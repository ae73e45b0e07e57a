import type { Adopt } from '../spec/adoption.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'
import * as rule from './rules.ts'

/** What the user agreed to beforehand, so that a run may go on without asking. */
export type Consent = {
  readonly adopt: Adopt
  /** Destroy although integrations still use the connector. */
  readonly force: boolean
  /** Consent to plans that delete something and create it again. */
  readonly allowReplace: boolean
  /** Fingerprint of the plan that was approved, the path of its file, or `pull-request`: the one in the comment there. */
  readonly expectedPlan: string | undefined
  /** For drift: is it a failure of the run, and is it taken back at once? */
  readonly failOnDrift: boolean
  readonly autoRepair: boolean
}

export function readConsent(read: InputReader): Unchecked<Consent> {
  return {
    adopt: read.required('adopt', rule.adopt),
    force: read.required('force', trueOrFalse('force')),
    allowReplace: read.required('allow-replace', trueOrFalse('allow-replace')),
    expectedPlan: read.optional('expected-plan', rule.expectedPlan),
    failOnDrift: read.required('fail-on-drift', trueOrFalse('fail-on-drift')),
    autoRepair: read.required('auto-repair', trueOrFalse('auto-repair')),
  }
}
