import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Sandbox, type SandboxOptions, settingsOf, startSandbox } from './sandbox.ts'

type Flags = { readonly options: SandboxOptions; readonly json: boolean }

/** `npm run sandbox`: starts a sandbox, says how to use it, and runs until it is told to stop. */
async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2))
  if (typeof flags === 'string') return fail(flags, 2)
  // Before the start, so that a signal during it is not lost on Node's default, which would leave the folder behind.
  const stopped = nextSignal()
  const sandbox = await start(flags.options)
  if (typeof sandbox === 'string') return fail(sandbox, 1)
  const folder = mkdtempSync(join(tmpdir(), 'azure-sandbox-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const caFile = join(folder, 'ca.pem')
  writeFileSync(caFile, sandbox.ca)
  process.stdout.write(flags.json ? asJson(sandbox, caFile) : asText(sandbox, caFile))
  await stopped
  await sandbox.close()
  process.exit(0)
}

/** The flags, or what is wrong with them. */
function readFlags(args: readonly string[]): Flags | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        port: { type: 'string', default: '0' },
        'latency-ms': { type: 'string', default: '0' },
        seed: { type: 'string' },
      },
    })
    const port = wholeNumber('--port', values.port, 65_535)
    const latencyMs = wholeNumber('--latency-ms', values['latency-ms'], 600_000)
    const seed = values.seed === undefined ? {} : { seed: values.seed }
    return { json: values.json, options: { port, latencyMs, ...seed } }
  } catch (error) {
    return firstLine(error)
  }
}

function wholeNumber(flag: string, value: string, most: number): number {
  if (/^\d{1,9}$/.test(value) && Number(value) <= most) return Number(value)
  throw new RangeError(`${flag} must be a whole number from 0 to ${most}, not '${value}'.`)
}

/** The sandbox, or why it does not start: a port that is taken is no reason for a stack trace. */
async function start(options: SandboxOptions): Promise<Sandbox | string> {
  try {
    return await startSandbox(options)
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return firstLine(error)
    throw error
  }
}

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
}

function asJson(sandbox: Sandbox, caFile: string): string {
  const { env, inputs, event, control } = settingsOf(sandbox)
  return `${JSON.stringify({ env: { ...env, NODE_EXTRA_CA_CERTS: caFile }, inputs, event, control })}\n`
}

function asText(sandbox: Sandbox, caFile: string): string {
  const { env, inputs, control } = settingsOf(sandbox)
  return [
    `The sandbox listens on ${sandbox.origin}. Ctrl-C ends it.`,
    '',
    'Trust it (other programs: SSL_CERT_FILE, REQUESTS_CA_BUNDLE, curl --cacert):',
    `  export NODE_EXTRA_CA_CERTS=${caFile}`,
    '',
    'Environment of a step:',
    ...Object.entries(env).map(([name, value]) => `  export ${name}='${value}'`),
    '',
    'Inputs of the action:',
    ...Object.entries(inputs).map(([name, value]) => `  ${name}: ${value}`),
    '',
    `Control surface, described in sandbox/README.md: ${control}`,
    '',
  ].join('\n')
}

function fail(message: string, code: number): void {
  process.stderr.write(`sandbox: ${message}\n`)
  process.exitCode = code
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}

await main()
