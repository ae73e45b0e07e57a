import { isRestError, type PipelineResponse } from '@azure/core-rest-pipeline'
import { field, parseJson, text } from './json.ts'

/** A request that did not get the answer it needs, for a reason that time may mend. */
export type Mishap = {
  /** Completes "the request …". */
  readonly what: string
  /** Whether the service may have done its work all the same. */
  readonly handled: 'no' | 'perhaps'
  /** Seconds after which the service wants to be asked again. */
  readonly retryAfter?: number
  /** Seconds to wait before each further try, where the service does not tell. */
  readonly pauses: readonly number[]
}

/** A minute in all: what lasts longer is no hiccup, and a later run continues from what is there. */
const PAUSES = [1, 2, 4, 8, 15, 30]
/** A name that is not known, a port where nobody listens, or a page for people: mostly a wrong address, which no waiting mends. */
const FEW_PAUSES = [1, 2, 4]

/** @returns undefined for an answer that is one, welcome or not. */
export function mishapIn(response: PipelineResponse): Mishap | undefined {
  const { status } = response
  const retryAfter = retryAfterOf(response)
  if (status === 429) return { what: answered(response), handled: 'no', pauses: PAUSES, ...retryAfter }
  if (isDown(status)) {
    // A service that says when to come back has not begun: https://www.rfc-editor.org/rfc/rfc9110#section-15.6.4
    const handled = status === 503 && retryAfter !== undefined ? 'no' : 'perhaps'
    return { what: answered(response), handled, pauses: PAUSES, ...retryAfter }
  }
  if (status < 200 || status >= 300 || isJson(response)) return undefined
  return { what: `was answered ${status}, but with ${contentOf(response)}`, handled: 'perhaps', pauses: FEW_PAUSES }
}

/** Is this a service that cannot do its work for now, rather than a word on what was asked? */
export function isDown(status: number): boolean {
  return status === 408 || (status >= 500 && status !== 501 && status !== 505)
}

/** @returns undefined for what no waiting mends. */
export function mishapOf(error: unknown): Mishap | undefined {
  if (!isRestError(error) || error.statusCode !== undefined) return undefined
  const { code = '' } = error
  if (isUntrusted(code, error.message)) return undefined
  const isAddress = code === 'ENOTFOUND' || code === 'ECONNREFUSED'
  const handled = isAddress || code === 'EAI_AGAIN' ? 'no' : 'perhaps'
  return { what: reasonOf(error), handled, pauses: isAddress ? FEW_PAUSES : PAUSES }
}

/** Completes "the request …". */
export function reasonOf({ message }: Error): string {
  return `got no whole answer (${message})`
}

/** A certificate that nobody vouches for: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
function isUntrusted(code: string, message: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|EPROTO/.test(code) || /certificate/i.test(message)
}

function answered(response: PipelineResponse): string {
  const { status, bodyAsText } = response
  const code = text(field(field(parseJson(bodyAsText), 'error'), 'code'))
  return `was answered ${status}${code === undefined ? '' : ` (${code})`}`
}

function isJson({ bodyAsText }: PipelineResponse): boolean {
  return !bodyAsText || parseJson(bodyAsText) !== undefined
}

function contentOf({ headers }: PipelineResponse): string {
  return headers.get('content-type')?.includes('html')
    ? 'a web page instead of JSON: a proxy or a sign-in page stands in between'
    : 'JSON that ends in the middle'
}

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3. Azure has one in milliseconds too. No time at all counts as none. */
function retryAfterOf({ headers }: PipelineResponse): { readonly retryAfter: number } | undefined {
  const milliseconds = headers.get('retry-after-ms') ?? headers.get('x-ms-retry-after-ms')
  const plain = headers.get('retry-after')
  const seconds = milliseconds === undefined ? Number(plain) : Number(milliseconds) / 1000
  const retryAfter = Number.isNaN(seconds) ? (Date.parse(plain ?? '') - Date.now()) / 1000 : seconds
  return retryAfter > 0 ? { retryAfter } : undefined
}
