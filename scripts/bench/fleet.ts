import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readMetadata } from '../runner.ts'
import type { BenchSandbox } from './sandbox-process.ts'

export type FleetRun = { readonly connectors: number; readonly ms: number; readonly grownBytes: number }

/** Several connectors in one process, from the sources: what one more costs in time and memory. */
export async function measureFleet(sandbox: BenchSandbox, sizes: readonly number[]): Promise<FleetRun[]> {
  await sandbox.hurry()
  const runs: FleetRun[] = []
  for (const connectors of sizes) runs.push(await measured(sandbox, connectors))
  return runs
}

async function measured({ inputs, env }: BenchSandbox, connectors: number): Promise<FleetRun> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-fleet-'))
  try {
    const file = join(folder, 'figures.json')
    const { inputs: declared } = await readMetadata()
    const defaults = Object.entries(declared).map(([name, { default: text = '' }]) => [name, text])
    const given = { ...Object.fromEntries(defaults), ...inputs, operation: 'apply', summary: 'false' }
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('many.ts', import.meta.url)), String(connectors), file],
      {
        env: {
          PATH: process.env.PATH ?? '',
          ...env,
          RUNNER_TEMP: folder,
          ...Object.fromEntries(Object.entries(given).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    await once(child, 'close')
    return { connectors, ...JSON.parse(await readFile(file, 'utf8')) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
