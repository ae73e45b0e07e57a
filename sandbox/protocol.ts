/** What a service of the sandbox is made of: routes whose handlers turn a call into a reply. Transport is elsewhere. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export type Call = {
  readonly method: string
  /** Path as sent, decoded by segment only in `params`. */
  readonly path: string
  readonly query: URLSearchParams
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The raw body, '' when there is none. */
  readonly text: string
  /** Values of the `{placeholders}` of the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>
}

export type Reply = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** A string goes out as it is; anything else as JSON. */
  readonly body?: Json
}

export type Handler = (call: Call) => Reply | Promise<Reply>

export type Route = {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE' | 'HEAD'
  /**
   * `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}`; fixed segments match in any casing, as in Azure.
   * `{name}` takes one segment, `{+name}` one or more, without the slash before them (a scope, say). When several routes
   * fit, the one with the fewest placeholders is asked. `{name}` may also stand within a segment.
   */
  readonly path: string
  /** The api-versions that are served; absent for services that have none. Another version is answered as ARM does. */
  readonly apiVersions?: readonly string[]
  readonly handle: Handler
}

/** Throw it anywhere in a handler to answer with that reply. Any other throw is a bug of the sandbox and is answered 500, loudly. */
export class Refusal extends Error {
  readonly reply: Reply
  constructor(reply: Reply) {
    super(`refused with ${reply.status}`)
    this.name = 'Refusal'
    this.reply = reply
  }
}
