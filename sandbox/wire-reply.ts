import type { ServerResponse } from 'node:http'
import type { Delivery } from './delivery.ts'
import type { Reply } from './protocol.ts'

/** A reply as it goes over the wire: every header set, the body as text. */
export type WireReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Encodes a reply. The date is the sandbox's, so that a client that compares clocks sees the time its tokens live by. */
export function wireReply(reply: Reply, now: number): WireReply {
  const { status, headers = {}, body } = reply
  const json = body !== undefined && typeof body !== 'string'
  const text = json ? JSON.stringify(body) : (body ?? '')
  const type = json ? 'application/json; charset=utf-8' : 'text/plain; charset=utf-8'
  return {
    status,
    text,
    headers: {
      date: new Date(now).toUTCString(),
      ...(body === undefined ? {} : { 'content-type': type }),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
      // 204 has no body by definition and then no length either: https://www.rfc-editor.org/rfc/rfc9110#section-8.6
      ...(status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) }),
    },
  }
}

/** The first half of the body, with a length that fits. */
export function halfOf(reply: WireReply): WireReply {
  const text = firstHalf(reply.text).toString()
  return { ...reply, text, headers: { ...reply.headers, 'content-length': String(Buffer.byteLength(text)) } }
}

function firstHalf(text: string): Buffer {
  return Buffer.from(text).subarray(0, Math.floor(Buffer.byteLength(text) / 2))
}

/** Puts a delivery on the connection. */
export function sendReply(response: ServerResponse, method: string, delivery: Delivery): void {
  if (delivery.kind === 'dropped') {
    response.destroy()
    return
  }
  const { status, headers, text } = delivery.reply
  response.writeHead(status, { ...headers })
  if (method === 'HEAD') {
    response.end()
  } else if (delivery.kind === 'truncated') {
    response.write(firstHalf(text), () => response.destroy())
  } else if (delivery.kind === 'slow') {
    const half = firstHalf(text)
    response.write(half)
    // A client that gives up, or a sandbox that closes, has ended the response by then.
    setTimeout(() => response.end(Buffer.from(text).subarray(half.length)), delivery.ms).unref()
  } else {
    response.end(text)
  }
}
