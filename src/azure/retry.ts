import type { Progress } from '../engine/adapter.ts'
import { type Patience, pause } from '../patience.ts'

type Retry = {
  /** Is this the failure that time mends? */
  readonly passing: (error: unknown) => boolean
  /** Seconds between the tries. */
  readonly pauses: readonly number[]
  /** What is waited for, completing "waiting for …". */
  readonly awaited: string
  readonly patience: Patience
  readonly progress: Progress
}

/** A new identity is known everywhere after a minute or two, so five are enough. */
export const REPLICATION_PAUSES = [1, 2, 4, 8, 15, 30, 60, 60, 60, 60]

/** What lasts longer than half a minute is no hiccup. */
export const OUTAGE_PAUSES = [1, 2, 4, 8, 15]

/** Tries again, ever more slowly, while the failure is one that passes. */
export async function retrying<T>(
  call: () => Promise<T>,
  { passing, pauses, awaited, patience, progress }: Retry,
): Promise<T> {
  for (const seconds of pauses) {
    try {
      return await call()
    } catch (error) {
      if (!passing(error)) throw error
      progress(`waiting for ${awaited}, next try in ${seconds} s`)
    }
    await pause(patience, seconds)
  }
  return call()
}
