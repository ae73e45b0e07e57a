/** One request and its reply, as seen on the wire. */
export type Exchange = {
  readonly method: string
  /** As sent, without host and query: `/subscriptions/…/containerGroups/g`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Parsed; undefined when nothing was sent. */
  readonly requestBody?: unknown
  readonly status: number
  /** Parsed; undefined when the reply had no body. */
  readonly replyBody?: unknown
}

/** The path and query of an address, with or without an origin. */
export function addressed(url: string): Pick<Exchange, 'path' | 'query'> {
  const { pathname, searchParams } = new URL(url, 'https://any.invalid')
  return { path: pathname, query: Object.fromEntries(searchParams) }
}
