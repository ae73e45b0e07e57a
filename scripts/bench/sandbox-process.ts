import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'

export type Traffic = { readonly requests: number; readonly sequential: number }

/** A sandbox in a process of its own, so that its work is not done in the event loop that takes the time. */
export type BenchSandbox = {
  readonly env: Readonly<Record<string, string>>
  readonly inputs: Readonly<Record<string, string>>
  readonly origin: string
  setLatency(ms: number): Promise<void>
  /** Groups are ready the moment they are asked for. */
  hurry(): Promise<void>
  /** Forgets the requests so far. */
  clearRequests(): Promise<void>
  traffic(): Promise<Traffic>
  deleteResource(id: string): Promise<void>
  stop(): Promise<void>
}

type Settings = Pick<BenchSandbox, 'env' | 'inputs'> & { readonly control: string }

export async function startBenchSandbox(latencyMs: number): Promise<BenchSandbox> {
  const main = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url))
  const args = [main, '--json', '--seed', 'bench', '--latency-ms', String(latencyMs)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const { env, inputs, control } = await settingsFrom(child)
  setDefaultCACertificates([...getCACertificates('default'), await readFile(env.NODE_EXTRA_CA_CERTS ?? '', 'utf8')])
  const ask = (method: string, path: string, body?: unknown) => request(`${control}${path}`, method, body)
  // What the connector is watched for after it was created is no work of ours: the sandbox's clock skips it.
  await ask('PATCH', '/timing', { lookMs: 70_000 })
  return {
    env,
    inputs,
    origin: new URL(control).origin,
    setLatency: async (ms) => void (await ask('PUT', '/latency', { ms })),
    clearRequests: async () => void (await ask('DELETE', '/requests')),
    hurry: async () => void (await ask('PATCH', '/timing', { pendingMs: 0, pullMs: 0, startMs: 0 })),
    // The form is that of the sandbox's README.
    traffic: async () => (await (await ask('GET', '/round-trips')).json()) as Traffic,
    deleteResource: async (id) => void (await ask('DELETE', `/resources?id=${encodeURIComponent(id)}`)),
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** The one line that the sandbox prints once it listens. */
async function settingsFrom({ stdout }: ChildProcess): Promise<Settings> {
  if (stdout === null) throw new Error('The sandbox has no standard output.')
  for await (const line of createInterface(stdout)) return JSON.parse(line)
  throw new Error('The sandbox ended before it listened.')
}

async function request(url: string, method: string, body: unknown): Promise<Response> {
  const response = await fetch(url, { method, body: body === undefined ? null : JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${url} was answered ${response.status}: ${await response.text()}`)
  return response
}
