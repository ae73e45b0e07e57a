import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait between two looks, in milliseconds; `attempt` counts from 0. */
export type Polling = (attempt: number) => number

/** Quick at first, since a create often takes seconds; then ever calmer, since in a subnet it takes minutes. `second` is that of `Patience`. */
export function calmPolling(second: number): Polling {
  return (attempt) => Math.min(0.5 * 1.5 ** attempt, 10) * second
}

export type Look<T> =
  | { readonly done: true; readonly value: T }
  | { readonly done: false; readonly retryAfter: string | undefined }

/** Looks again and again until done or the deadline; a Retry-After of the service (seconds) wins over our own pace. */
export async function poll<T>(
  look: (attempt: number) => Promise<Look<T>>,
  polling: Polling,
  deadline: AbortSignal,
): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const seen = await look(attempt)
    if (seen.done) return seen.value
    await sleep(Math.max(polling(attempt), 1000 * Number(seen.retryAfter ?? 0) || 0), undefined, { signal: deadline })
  }
}
