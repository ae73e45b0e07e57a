import { setTimeout as sleep } from 'node:timers/promises'

/** How long a run may wait for others, and who hears of every wait. */
export type Patience = {
  /** Fires when the time of the run is used up, or when it is cancelled. */
  readonly deadline: AbortSignal
  /** Seconds that are left until then. */
  remaining(): number
  /** Told once for every wait: for what, why, and how long. */
  tell(line: string): void
  /** Milliseconds that a second of waiting takes: less than 1000 only where nobody wants to wait, as in tests. */
  readonly second: number
}

/** The patience of a run that may take so many seconds. */
export function patienceFor(
  seconds: number,
  tell: (line: string) => void,
  { stop, second = 1000 }: { readonly stop?: AbortSignal; readonly second?: number } = {},
): Patience {
  const end = performance.now() + seconds * 1000
  const timeout = AbortSignal.timeout(seconds * 1000)
  return {
    deadline: stop === undefined ? timeout : AbortSignal.any([stop, timeout]),
    remaining: () => (end - performance.now()) / 1000,
    tell,
    second,
  }
}

/** The same patience, for so many seconds from now at most: for what a run can do without. */
export function atMost(patience: Patience, seconds: number): Patience {
  const end = performance.now() + seconds * patience.second
  const limit = AbortSignal.timeout(seconds * patience.second)
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
