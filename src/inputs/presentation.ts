import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'
import * as rule from './rules.ts'

/** How the run shows what it found. */
export type Presentation = {
  /** Tells apart runs for one connector, `production` and `staging`; undefined when there is nothing to tell apart. */
  readonly label: string | undefined
  readonly summary: boolean
}

export function readPresentation(read: InputReader): Unchecked<Presentation> {
  return {
    label: read.optional('label', rule.label),
    summary: read.required('summary', trueOrFalse('summary')),
  }
}
