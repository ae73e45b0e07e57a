import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseOutputs, readMetadata } from '../../../scripts/runner.ts'
import type { Stage } from '../../stage.ts'

export type Signal = 'SIGINT' | 'SIGTERM'
export type SignalledRun = {
  readonly exitCode: number | null
  readonly raw: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** From the signal to the end of the process. */
  readonly endedAfterMs: number
}

/**
 * Runs dist/ and, once the request has come in, sends it a signal, as the runner does when a workflow is cancelled:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation
 */
export async function signalledRun(
  { sandbox, control }: Stage,
  inputs: Readonly<Record<string, string>>,
  signal: Signal,
  moment: { readonly method: string; readonly path: string },
): Promise<SignalledRun> {
  const folder = await mkdtemp(join(tmpdir(), 'signalled-'))
  const [output, summary, authority] = ['output', 'summary', 'ca.pem'].map((name) => join(folder, name))
  if (output === undefined || summary === undefined || authority === undefined) throw new Error('a path is missing')
  try {
    await Promise.all([writeFile(output, ''), writeFile(summary, ''), writeFile(authority, sandbox.ca)])
    const { inputs: declared, runs } = await readMetadata()
    const defaults = Object.entries(declared).map(([name, { default: text = '' }]) => [name, text] as const)
    const all = { ...Object.fromEntries(defaults), ...sandbox.inputs, ...inputs }
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      TMPDIR: folder,
      ...sandbox.env,
      NODE_EXTRA_CA_CERTS: authority,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: folder,
      ...Object.fromEntries(Object.entries(all).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
    }
    control.injectFault({ name: 'moment', ...moment, on: 1, effect: { kind: 'delay', ms: 100 } })
    const main = fileURLToPath(new URL(`../../../${runs.main}`, import.meta.url))
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let raw = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        raw += chunk.toString('utf8')
      })
    }
    const closed = new Promise<number | null>((resolve) => child.on('close', resolve))
    while (child.exitCode === null && (control.faults()[0]?.matched ?? 0) < 1) await sleep(2)
    const signalled = performance.now()
    child.kill(signal)
    const exitCode = await closed
    const endedAfterMs = performance.now() - signalled
    await sleep(150)
    control.clearFaults()
    const outputs = parseOutputs(await readFile(output, 'utf8'))
    return {
      exitCode,
      raw: raw.replaceAll('%0A', '\n'),
      outputs,
      summary: await readFile(summary, 'utf8'),
      endedAfterMs,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
