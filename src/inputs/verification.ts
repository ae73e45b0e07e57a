import type { InputReader, Unchecked } from './reader.ts'
import { choice } from './rule.ts'
import * as rule from './rules.ts'

/** What has to be seen before a run ends well: nothing, a connector that runs steadily, or one that Apono calls connected. */
export type Wait = 'none' | 'running' | 'connected'

export type Verification = {
  readonly wait: Wait
  /** Seconds, for each thing that is waited for. */
  readonly waitTimeout: number
}

const WAIT = choice<Wait>(['none', 'running', 'connected'], 'wait: connected')

export function readVerification(read: InputReader): Unchecked<Verification> {
  return {
    wait: read.required('wait', WAIT),
    waitTimeout: read.required('wait-timeout', { ...rule.duration, example: 'wait-timeout: 10m' }),
  }
}
