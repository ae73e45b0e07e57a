import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

/** Repository root, with a slash at the end. */
const root = new URL('../', import.meta.url)

/** A step of a workflow, as far as the runner cares. */
export type Step = {
  readonly inputs: Readonly<Record<string, string>>
  /** Variables of the job: `ACTIONS_*`, `GITHUB_*`, `NODE_EXTRA_CA_CERTS` … */
  readonly env: Readonly<Record<string, string>>
  /** The event that started the run, which the runner leaves in a file. */
  readonly event?: unknown
  /** Variables that this runner does not set, as old and self-hosted ones may: RUNNER_TEMP, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY. */
  readonly lacks?: readonly string[]
  /** Adds RUNNER_DEBUG, as "Enable debug logging" does. */
  readonly debug?: boolean
  /** Ends the process at once when it fires, as a killed runner does. */
  readonly kill?: AbortSignal
  /** Sends SIGINT when it fires, as the runner does first when a workflow is cancelled. */
  readonly cancel?: AbortSignal
}

export type StepResult = {
  readonly exitCode: number | null
  /** Everything the process wrote, unmasked: what tests look for leaks in. */
  readonly raw: string
  /** The log as people see it: commands carried out, masked texts as ***. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** Content of the file behind the output `plan-json`, '' without one. */
  readonly planJson: string
  /** Text of every file the step left in RUNNER_TEMP, HOME and TMPDIR, by its path below RUNNER_TEMP. */
  readonly files: Readonly<Record<string, string>>
  readonly wallMs: number
}

type Metadata = {
  readonly runs: { readonly main: string }
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

/**
 * Runs the committed dist/ as GitHub's runner does: a process of its own, inputs as INPUT_ variables with the defaults of
 * action.yml, files for outputs and summary, and nothing of our own environment but PATH. Whatever it writes is cleared away.
 */
export async function runStep(step: Step): Promise<StepResult> {
  const { inputs, env, event = {}, lacks = [], debug = false, kill, cancel } = step
  const folder = await mkdtemp(join(tmpdir(), 'runner-'))
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_STATE: join(folder, 'state'),
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
  }
  const places = { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp') }
  try {
    await Promise.all([
      ...Object.values(files).map((file) => writeFile(file, '')),
      ...Object.values(places).map((place) => mkdir(place)),
    ])
    await writeFile(files.GITHUB_EVENT_PATH, JSON.stringify(event))
    const metadata = await readMetadata()
    const started = performance.now()
    const { exitCode, raw } = await start(
      new URL(metadata.runs.main, root),
      {
        ...machineVariables(),
        ...places,
        ...env,
        ...without(lacks, { ...files, RUNNER_TEMP: folder }),
        ...(debug && { RUNNER_DEBUG: '1' }),
        ...inputVariables(metadata, inputs),
      },
      { kill, cancel },
    )
    const wallMs = performance.now() - started
    const outputs = parseOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8'))
    const planJson = outputs['plan-json'] ? await readFile(outputs['plan-json'], 'utf8') : ''
    return {
      exitCode,
      raw,
      log: shown(raw),
      outputs,
      summary: await readFile(files.GITHUB_STEP_SUMMARY, 'utf8'),
      planJson,
      files: await filesIn(folder),
      wallMs,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What a process needs to start at all; on Windows, where the system is. */
function machineVariables(): Record<string, string> {
  const { PATH = '', SystemRoot } = process.env
  return { PATH, ...(SystemRoot !== undefined && { SystemRoot }) }
}

function without(names: readonly string[], variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)))
}

/** Text of every file below a folder, by its path there. */
export async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  const texts = paths.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const)
  return Object.fromEntries(await Promise.all(texts))
}

export async function readMetadata(): Promise<Metadata> {
  // action.yml is ours; a test holds its content against the code.
  return parse(await readFile(new URL('action.yml', root), 'utf8')) as Metadata
}

function inputVariables({ inputs: declared }: Metadata, given: Step['inputs']): Record<string, string> {
  const all = { ...defaultsOf(declared), ...given }
  return Object.fromEntries(
    Object.entries(all).map(([name, text]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, text]),
  )
}

/** Defaults of action.yml. The runner evaluates `${{ github.token }}`; here the job's token is given as an input, or there is none. */
export function defaultsOf(declared: Metadata['inputs']): Record<string, string> {
  const defaults = Object.entries(declared).map(([name, { default: text = '' }]) => [name, text] as const)
  return Object.fromEntries(defaults.map(([name, text]) => [name, text.startsWith('${{') ? '' : text]))
}

function start(
  main: URL,
  env: NodeJS.ProcessEnv,
  { kill, cancel }: { readonly kill: AbortSignal | undefined; readonly cancel: AbortSignal | undefined },
): Promise<{ exitCode: number | null; raw: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(main)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let raw = ''
    const collect = (chunk: Buffer) => {
      raw += chunk.toString('utf8')
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    kill?.addEventListener('abort', () => child.kill('SIGKILL'))
    cancel?.addEventListener('abort', () => child.kill('SIGINT'))
    child.on('error', reject)
    // The line ends of Windows are one with ours, so that results read the same everywhere.
    child.on('close', (exitCode) => resolve({ exitCode, raw: withoutReturns(raw) }))
  })
}

/** `name<<delimiter`, lines, `delimiter`: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
export function parseOutputs(text: string): Record<string, string> {
  const outputs = [
    ...withoutReturns(text).matchAll(/^(?<name>[^\n<]+)<<(?<delimiter>\S+)\n(?<value>[\s\S]*?)\n?\k<delimiter>$/gm),
  ]
  return Object.fromEntries(outputs.map(({ groups }) => [groups?.name ?? '', groups?.value ?? '']))
}

function withoutReturns(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

const COMMAND = /^::(?<command>[a-z-]+)(?<properties> [^:]*)?::(?<data>.*)$/

/** The log as the runner shows it. */
export function shown(raw: string): string {
  const lines = withoutStopped(raw.split('\n')).map(parsedLine)
  const masks = lines.filter(({ command }) => command === 'add-mask').map(({ data = '' }) => unescaped(data))
  const text = lines.flatMap(shownLine).join('\n')
  return masks.filter((mask) => mask !== '').reduce((rest, mask) => rest.replaceAll(mask, '***'), text)
}

function parsedLine({ line, stopped }: { readonly line: string; readonly stopped: boolean }): Line {
  return { line, ...(stopped ? {} : COMMAND.exec(line)?.groups) }
}

/** Between `::stop-commands::token` and `::token::` nothing is a command; the two themselves are not shown. */
function withoutStopped(lines: readonly string[]): { readonly line: string; readonly stopped: boolean }[] {
  let token: string | undefined
  return lines.flatMap((line) => {
    const stops = token === undefined ? /^::stop-commands::(?<token>.+)$/.exec(line)?.groups?.token : undefined
    const isEnd = token !== undefined && line === `::${token}::`
    if (stops !== undefined) token = stops
    if (isEnd) token = undefined
    return stops !== undefined || isEnd ? [] : [{ line, stopped: token !== undefined }]
  })
}

type Line = { readonly line: string; readonly command?: string; readonly properties?: string; readonly data?: string }

function shownLine({ line, command, properties = '', data = '' }: Line): string[] {
  switch (command) {
    case undefined:
      return [line]
    case 'group':
      return [`▼ ${unescaped(data)}`]
    case 'error':
    case 'warning':
      return [
        `${command === 'error' ? 'Error' : 'Warning'}${properties.replace(/^ title=(.*)$/, ' [$1]')}: ${unescaped(data)}`,
      ]
    default:
      return []
  }
}

/** What a workflow command carries, or what shows of one, as text. */
function unescaped(data: string): string {
  return data.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}
