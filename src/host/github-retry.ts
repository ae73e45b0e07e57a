import { setTimeout as pause } from 'node:timers/promises'
import { field, text } from '../json.ts'

/** Milliseconds: one request, the longest single wait, and all attempts. A plan is not to hang on a comment. */
const LONGEST_REQUEST = 15_000
const LONGEST_WAIT = 30_000
const MOST_ATTEMPTS = 3
const AFTER_FAILURE = 1_000

type Options = { readonly method?: string; readonly request?: object }

/**
 * Repeats a request that GitHub turned away for now: always when it only was too much at once, since nothing was done then; after
 * other failures only when the request does the same twice.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export async function patiently<O extends Options, R>(request: (options: O) => R, options: O): Promise<Awaited<R>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await request({
        ...options,
        request: { ...options.request, signal: AbortSignal.timeout(LONGEST_REQUEST) },
      })
    } catch (error) {
      const wait = attempt < MOST_ATTEMPTS ? waitAfter(error, options.method) : undefined
      if (wait === undefined || wait > LONGEST_WAIT) throw error
      await pause(wait)
    }
  }
}

/** Milliseconds until the request may be sent again; undefined when it may not. */
function waitAfter(error: unknown, method: string | undefined): number | undefined {
  if (isRateLimit(error)) return secondsAsked(error) * 1000
  const status = field(error, 'status')
  const isTransient = typeof status === 'number' && status >= 500
  return isTransient && method !== 'POST' ? AFTER_FAILURE : undefined
}

/** Octokit says 500 for a request that got no reply at all. */
export function isRateLimit(error: unknown): boolean {
  const status = field(error, 'status')
  if (status === 429) return true
  return (
    status === 403 &&
    (header(error, 'retry-after') !== undefined || header(error, 'x-ratelimit-remaining') === '0' || isSecondary(error))
  )
}

/** Without any word on when, GitHub wants a minute. */
function secondsAsked(error: unknown): number {
  const after = Number(header(error, 'retry-after') ?? Number.NaN)
  if (Number.isFinite(after)) return Math.max(1, after)
  const reset = header(error, 'x-ratelimit-remaining') === '0' ? Number(header(error, 'x-ratelimit-reset')) : Number.NaN
  return Number.isFinite(reset) ? Math.max(1, reset - Date.now() / 1000) : 60
}

function isSecondary(error: unknown): boolean {
  return error instanceof Error && /secondary rate limit/i.test(error.message)
}

function header(error: unknown, name: string): string | undefined {
  return text(field(field(field(error, 'response'), 'headers'), name))
}
