import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server as HttpsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Certificates } from './certificates.ts'
import type { Delivery } from './delivery.ts'
import type { Call } from './protocol.ts'
import { tunnelTo } from './tunnel.ts'
import { sendReply } from './wire-reply.ts'

/** Turns a call into what is to happen on its connection. */
export type Deliver = (call: Call, closing: AbortSignal) => Promise<Delivery>

/** HTTPS on the loopback interface, and nothing about any service: what to answer is decided elsewhere. */
export class Server {
  readonly #server: HttpsServer
  readonly #sockets = new Set<Socket>()
  readonly #closing = new AbortController()

  private constructor(certificates: Certificates) {
    // A kept-alive connection outlasts the pauses of a client that polls; Node's 5 s would race with it.
    this.#server = createServer({ cert: certificates.certificate, key: certificates.key, keepAliveTimeout: 120_000 })
    this.#server.on('connection', (socket: Socket) => this.#track(socket))
  }

  /** Listens, on a free port for port 0. Call `serve` before the event loop turns, or early requests stay unanswered. */
  static async listen(port: number, certificates: Certificates): Promise<Server> {
    const server = new Server(certificates)
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject)
      server.#server.listen(port, '127.0.0.1', resolve)
    })
    return server
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The server does not listen.')
    return address.port
  }

  serve(deliver: Deliver): void {
    this.#server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#exchange(request, response, deliver).catch((error: unknown) => {
        // The client or `close` ended the connection, which leaves nobody to tell.
        response.destroy()
        if (!this.#closing.signal.aborted && !request.destroyed) throw error
      })
    })
  }

  /** Is a proxy too, for host names that lead nowhere else. */
  tunnel(isOurs: (host: string) => boolean): void {
    this.#server.on(
      'connect',
      tunnelTo(this.port, isOurs, (socket) => this.#track(socket)),
    )
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  /** Ends everything at once: open connections, waiting requests, timers. */
  async close(): Promise<void> {
    this.#closing.abort()
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #exchange(request: IncomingMessage, response: ServerResponse, deliver: Deliver): Promise<void> {
    const call = await readCall(request)
    const delivery = await deliver(call, this.#closing.signal)
    sendReply(response, call.method, delivery)
  }
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  const [path = '/', query = ''] = splitOnce(request.url ?? '/', '?')
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
    text: Buffer.concat(chunks).toString(),
    params: {},
  }
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
