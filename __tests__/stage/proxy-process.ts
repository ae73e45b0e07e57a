/**
 * A proxy as companies have them, in a process of its own. It finds the way to names that nobody else knows, so that what reaches
 * them came through it. Prints its port, then every CONNECT on a line.
 */
import dns from 'node:dns'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'
import { createProxy } from 'proxy'

// `net` looks names up through this one; every name leads to this machine.
dns.lookup = ((_name: string, _options: unknown, callback: (...found: unknown[]) => void) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }])) as typeof dns.lookup
syncBuiltinESMExports()

const server = createProxy(http.createServer())
server.prependListener('connect', ({ url }: http.IncomingMessage) => process.stdout.write(`CONNECT ${url}\n`))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object') process.stdout.write(`${address?.port}\n`)
})
