import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/**
 * The CONNECT of a proxy, which leads back to the sandbox itself whatever host is asked for: the only way to a host name that
 * nobody resolves. Names that the sandbox does not go by are refused, as a proxy refuses what it cannot resolve.
 */
export function tunnelTo(port: number, isOurs: (host: string) => boolean, opened: (socket: Socket) => void) {
  return ({ url = '' }: IncomingMessage, client: Duplex, head: Buffer): void => {
    const host = url.replace(/:\d+$/, '')
    if (!isOurs(host)) {
      client.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n')
      return
    }
    const inside = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      inside.write(head)
      client.pipe(inside).pipe(client)
    })
    opened(inside)
    // Whichever end breaks, nobody is left to tell.
    inside.on('error', () => client.destroy())
    client.on('error', () => inside.destroy())
    client.on('close', () => inside.destroy())
  }
}
