import type { Exchange } from './exchange.ts'

/** What the sandbox's request log keeps of a request. */
export type LoggedRequest = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: string
  readonly status: number | null
  readonly replyBody: string
}

/** The logged requests that were answered, ready to be held against the descriptions. */
export function exchangesOf(log: readonly LoggedRequest[]): Exchange[] {
  return log.flatMap(({ method, path, query, body, status, replyBody }) => {
    if (status === null) return []
    const parameters = Object.fromEntries(new URLSearchParams(query))
    return [{ method, path, query: parameters, requestBody: parsed(body), status, replyBody: parsed(replyBody) }]
  })
}

/** Bodies that are no JSON (a form, a page of a proxy) stay text, which no schema accepts. */
function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
