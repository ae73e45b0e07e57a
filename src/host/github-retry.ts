import { field, text } from '../json.ts'
import { type Patience, pause } from '../patience.ts'

/** Seconds: one request, the longest single wait, and what is left for telling how a run ended. A plan is not to hang on a comment. */
const LONGEST_REQUEST = 15
const LONGEST_WAIT = 30
const LAST_WORDS = 5
/** Tries in all, and seconds between them where GitHub does not tell. */
const MOST_ATTEMPTS = 3
const AFTER_FAILURE = 1

type Options = { readonly method?: string; readonly url?: string; request?: object }

/**
 * Repeats a request that GitHub turned away for now: always when it only was too much at once, since nothing was done then; after
 * other failures only when the request does the same twice. No wait outlasts the run, and every one is told.
 * https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
export function patiently(patience: Patience) {
  const end = endOf(patience)
  return async <O extends Options, R>(request: (options: O) => R, options: O): Promise<Awaited<R>> => {
    for (let attempt = 1; ; attempt += 1) {
      const signal = AbortSignal.any([end, AbortSignal.timeout(LONGEST_REQUEST * patience.limit)])
      try {
        // Octokit's own hook for the token, which comes after this one, sees the object that was there from the first only.
        options.request = { ...options.request, signal }
        return whole(await request(options))
      } catch (error) {
        const wait = attempt < MOST_ATTEMPTS ? waitAfter(error, options) : undefined
        if (wait === undefined || wait > Math.min(LONGEST_WAIT, patience.remaining())) throw error
        if (patience.deadline.aborted) throw error
        patience.tell(`${nameOf(options)} at GitHub ${whatHappened(error)}; next try in ${Math.ceil(wait)} s`)
        // At the end of the run the failure is as it was.
        await pause(patience, wait).catch(() => Promise.reject(error))
      }
    }
  }
}

/** Fires a little after the end of the run, so that what is under way and the last words are not cut off. */
function endOf({ deadline, limit }: Patience): AbortSignal {
  const end = new AbortController()
  const begin = () => setTimeout(() => end.abort(), LAST_WORDS * limit).unref()
  if (deadline.aborted) begin()
  else deadline.addEventListener('abort', begin, { once: true })
  return end.signal
}

/** Octokit passes on as text what it cannot read: half of the JSON, or a page of somebody in between. */
function whole<R>(response: R): R {
  if (field(response, 'status') === 204 || typeof field(response, 'data') === 'object') return response
  throw Object.assign(new Error(NO_JSON), { status: 500 })
}
const NO_JSON = 'was not answered with JSON'

/** Seconds until the request may be sent again; undefined when it may not. */
function waitAfter(error: unknown, { method, url }: Options): number | undefined {
  if (isRateLimit(error)) return secondsAsked(error)
  const status = field(error, 'status')
  const isTransient = typeof status === 'number' && status >= 500
  // We send GraphQL nothing but questions.
  return isTransient && (method !== 'POST' || url === '/graphql') ? AFTER_FAILURE : undefined
}

function nameOf({ method, url = '' }: Options): string {
  return `${method} …/${url.replace(/\?.*/, '').split('/').at(-1)}`
}

function whatHappened(error: unknown): string {
  const status = field(field(error, 'response'), 'status')
  if (status !== undefined) return `was answered ${status}`
  const message = error instanceof Error ? error.message : String(error)
  return message === NO_JSON ? message : `got no answer (${message})`
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
