import { setTimeout as sleep } from 'node:timers/promises'

/** How long things take, in milliseconds: 1000 each but in tests, where nobody wants to wait. */
export type Pace = {
  /** A second between two tries. */
  readonly second: number
  /** A second that somebody else has for an answer: on a slow machine even a quick one takes its time. */
  readonly limit: number
}

const ORDINARY: Pace = { second: 1000, limit: 1000 }

/** How long a run may wait for others, and who hears of every wait. */
export type Patience = Pace & {
  /** Fires when the time of the run is used up, or when it is cancelled. */
  readonly deadline: AbortSignal
  /** Seconds that are left until then. */
  remaining(): number
  /** Told once for every wait: for what, why, and how long. */
  tell(line: string): void
}

/** The patience of a run that may take so many seconds. */
export function patienceFor(
  seconds: number,
  tell: (line: string) => void,
  { stop, pace = ORDINARY }: { readonly stop?: AbortSignal; readonly pace?: Pace | undefined } = {},
): Patience {
  const end = performance.now() + seconds * 1000
  const timeout = AbortSignal.timeout(seconds * 1000)
  return {
    deadline: stop === undefined ? timeout : AbortSignal.any([stop, timeout]),
    remaining: () => (end - performance.now()) / 1000,
    tell,
    ...pace,
  }
}

/** The same patience, for so many seconds from now at most: for what a run can do without. */
export function atMost(patience: Patience, seconds: number): Patience {
  const end = performance.now() + seconds * patience.second
  const limit = AbortSignal.timeout(Math.ceil(seconds * patience.limit))
  return {
    ...patience,
    deadline: AbortSignal.any([patience.deadline, limit]),
    remaining: () => Math.min(patience.remaining(), (end - performance.now()) / patience.second),
  }
}

/** @throws the reason of the deadline, when that comes first. */
export function pause({ deadline, second }: Pick<Patience, 'deadline' | 'second'>, seconds: number): Promise<void> {
  return sleep(seconds * second, undefined, { signal: deadline })
}
