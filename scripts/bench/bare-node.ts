import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Node that does nothing, started the way the runner starts a step: what nobody can be quicker than. */
export function bareNode(env: Readonly<Record<string, string>> = {}): Promise<{ readonly wallMs: number }> {
  return nodeThat('0', env)
}

/** Node that does nothing but load one chunk of dist/. */
export function nodeThatLoads(chunk: string): Promise<{ readonly wallMs: number }> {
  return nodeThat(`import(${JSON.stringify(new URL(`../../dist/${chunk}`, import.meta.url))})`)
}

async function nodeThat(
  script: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly wallMs: number }> {
  const started = performance.now()
  const child = spawn(process.execPath, ['-e', script], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.resume()
  child.stderr.resume()
  await once(child, 'close')
  return { wallMs: performance.now() - started }
}

/**
 * The peak of resident memory, in bytes, of the Node process that is started with the environment handed over. It is the
 * kernel's VmHWM where there is one: on Linux the maxRSS of a child begins with the memory of whoever started it
 * (https://man7.org/linux/man-pages/man2/getrusage.2.html, proc_pid_status(5)).
 */
export async function withPeakMemory(run: (env: Readonly<Record<string, string>>) => Promise<void>): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const file = join(folder, 'peak')
    await run({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(recorder)}`, BENCH_PEAK_FILE: file })
    return Number(await readFile(file, 'utf8')) * 1024
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Writes kilobytes when the process ends. Plain JavaScript, as taking types off would need memory itself. */
const recorder = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
process.once('exit', () => {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : ''
  const peak = /^VmHWM:\\s*(\\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS
  writeFileSync(process.env.BENCH_PEAK_FILE, String(peak))
})`
