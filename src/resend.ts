import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  type SendRequest,
} from '@azure/core-rest-pipeline'
import { DeployError, REACHABILITY_HINT } from './errors.ts'
import { type Mishap, mishapIn, mishapOf, reasonOf } from './mishap.ts'
import { type Patience, pause } from './patience.ts'

/**
 * What a second POST does. `safe`: nothing that one would not have done. `doubles`: it may do the work once more, so it is sent
 * again only when the first was certainly not begun. Any other method may be repeated by definition:
 * https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
 */
export type Posts = 'safe' | 'doubles'

/** What became of one try: an answer, or a mishap with whatever came instead. */
type Try =
  | { readonly response: PipelineResponse; readonly mishap?: undefined }
  | { readonly response: PipelineResponse; readonly mishap: Mishap }
  | { readonly error: unknown; readonly mishap: Mishap }

/** Name of the policy. */
export const RESEND = 'resend'

/** Seconds that one try may take from the first byte to the last. Container Instances answers within a few. */
const LONGEST_TRY = 100
const HUNG: Mishap = { what: `got no whole answer within ${LONGEST_TRY} s`, handled: 'perhaps', pauses: [1, 2, 4] }

/**
 * The one place where a request is sent again: for Azure (vaults and a machine's metadata service too), Graph, Entra, Apono and
 * GitHub's ID tokens alike, within the time of the run, and every wait is told. GitHub's API, with rules of its own for it, has
 * `host/github-retry.ts`; what `az` does is its own. What waiting does not mend (a refusal, a wrong certificate) comes back at once.
 * @throws DeployError `unreachable` when no answer came in the end, `throttled` when the service wants more time than there is.
 */
export function resending(patience: Patience, posts: Posts): PipelinePolicy {
  return {
    name: RESEND,
    async sendRequest(request, next) {
      for (let unasked = 0; ; ) {
        const tried = await trySending(request, next, patience)
        if (tried.mishap === undefined) return tried.response
        const { mishap } = tried
        if (mishap.handled === 'perhaps' && request.method === 'POST' && posts === 'doubles')
          throw unreachable(request, mishap.what, tried)
        // At least a second: whoever is in trouble is not to be asked a thousand times.
        const seconds = mishap.retryAfter === undefined ? mishap.pauses[unasked] : Math.max(mishap.retryAfter, 1)
        if (seconds === undefined) return endOf(tried, request)
        if (seconds > patience.remaining()) {
          if (mishap.retryAfter === undefined) return endOf(tried, request)
          throw throttled(request, mishap, patience)
        }
        // Who says when to come back is asked as often as the time allows.
        if (mishap.retryAfter === undefined) unasked += 1
        patience.tell(`${nameOf(request)} ${mishap.what}; next try in ${Math.ceil(seconds)} s`)
        await pause(patience, seconds)
      }
    },
  }
}

async function trySending(request: PipelineRequest, next: SendRequest, patience: Patience): Promise<Try> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), LONGEST_TRY * patience.limit)
  const { abortSignal } = request
  const signals = [patience.deadline, limit.signal, ...(abortSignal instanceof AbortSignal ? [abortSignal] : [])]
  request.abortSignal = AbortSignal.any(signals)
  try {
    const response = await next(request)
    const mishap = mishapIn(response)
    return mishap === undefined ? { response } : { response, mishap }
  } catch (error) {
    // Whatever the abort looked like: the end of the run is the end.
    patience.deadline.throwIfAborted()
    const mishap = limit.signal.aborted ? HUNG : mishapOf(error)
    if (mishap !== undefined) return { error, mishap }
    throw isRestError(error) && error.statusCode === undefined
      ? unreachable(request, reasonOf(error), { error })
      : error
  } finally {
    clearTimeout(timer)
    if (abortSignal === undefined) delete request.abortSignal
    else request.abortSignal = abortSignal
  }
}

/** A refusal is for whoever asked to explain; that there is no answer at all is the same for everybody. */
function endOf(tried: Try, request: PipelineRequest): PipelineResponse {
  if ('response' in tried && tried.response.status >= 400) return tried.response
  throw unreachable(request, tried.mishap?.what ?? '', tried)
}

function unreachable(request: PipelineRequest, reason: string, tried: object): DeployError {
  const message = `${hostOf(request)} could not be reached: ${nameOf(request)} ${reason}.`
  const cause = 'error' in tried ? tried.error : undefined
  return new DeployError('unreachable', message, { hint: REACHABILITY_HINT, cause })
}

function throttled(request: PipelineRequest, { what, retryAfter = 0 }: Mishap, { remaining }: Patience): DeployError {
  const [wanted, left] = [Math.ceil(retryAfter), Math.max(0, Math.floor(remaining()))]
  const message = `${nameOf(request)} ${what}: it wants to be asked again in ${wanted} s, but there are ${left} s left for that.`
  return new DeployError('throttled', message, {
    hint: `Run again in ${Math.ceil(wanted / 60)} min, or give the run more time with \`timeout\`. Workflows that use the same identity should not run all at once.`,
  })
}

/** Enough to recognise a request by; the query is left out, since nobody reads it. */
function nameOf({ method, url }: PipelineRequest): string {
  const { pathname } = new URL(url)
  const parts = pathname.split('/').filter((part) => part !== '')
  const tail = parts.length > 2 ? `…/${parts.slice(-2).join('/')}` : `/${parts.join('/')}`
  return `${method} ${tail} at ${hostOf({ url })}`
}

function hostOf({ url }: Pick<PipelineRequest, 'url'>): string {
  return new URL(url).host
}
