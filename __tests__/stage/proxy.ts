import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export type ProxyProcess = {
  readonly url: string
  /** `name:port` of every connection that went through it so far. */
  connections(): readonly string[]
  close(): Promise<void>
}

export async function openProxy(): Promise<ProxyProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'proxy-process.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', NODE_OPTIONS: '--disable-warning=ExperimentalWarning' },
  })
  const lines: string[] = []
  const reader = createInterface({ input: child.stdout })
  const [port] = await once(reader, 'line')
  reader.on('line', (line) => lines.push(line.replace('CONNECT ', '')))
  return {
    url: `http://127.0.0.1:${port}`,
    connections: () => [...lines],
    async close() {
      const ended = once(child, 'exit')
      child.kill()
      await ended
    },
  }
}
