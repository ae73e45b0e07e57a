import { audienceOf } from './access-token.ts'
import type { Call } from './protocol.ts'

/** One request and what became of it. Times are milliseconds since the sandbox started, on a clock that never jumps. */
export type LogEntry = {
  readonly method: string
  readonly path: string
  /** As sent, without the question mark. */
  readonly query: string
  /** Names in lower case; `authorization` shows its scheme and the audience of the token only. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly started: number
  /** Null while the request is under way. */
  ended: number | null
  /** Null when no reply was sent: the connection was dropped, or the request is under way. */
  status: number | null
  replyHeaders: Readonly<Record<string, string>>
  replyBody: string
  /** Name of the fault that was applied. */
  fault: string | null
  /** A bug of the sandbox that showed itself while it answered. */
  bug: string | null
}

/** The requests of one sandbox, in the order in which they came in. Requests to the control surface are not among them. */
export class RequestLog {
  readonly #origin = performance.now()
  #entries: LogEntry[] = []

  begin(call: Call): LogEntry {
    const entry: LogEntry = {
      method: call.method,
      path: call.path,
      query: call.query.toString(),
      headers: redacted(call.headers),
      body: call.text,
      started: this.elapsed(),
      ended: null,
      status: null,
      replyHeaders: {},
      replyBody: '',
      fault: null,
      bug: null,
    }
    this.#entries.push(entry)
    return entry
  }

  elapsed(): number {
    return performance.now() - this.#origin
  }

  entries(): readonly LogEntry[] {
    return this.#entries.map((entry) => ({ ...entry }))
  }

  clear(): void {
    this.#entries = []
  }
}

function redacted(all: Call['headers']): LogEntry['headers'] {
  const { authorization, ...others } = all
  // The secret of the endpoint that App Service has for identities belongs there, and nowhere else.
  const headers = 'x-identity-header' in others ? { ...others, 'x-identity-header': '(secret)' } : others
  if (authorization === undefined) return headers
  const [scheme = '', token = ''] = authorization.split(' ')
  return { ...headers, authorization: `${scheme} (${audienceOf(token) ?? 'opaque'})` }
}
