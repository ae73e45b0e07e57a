import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  defaultsOf,
  filesIn,
  parseOutputs,
  readMetadata,
  type Step,
  type StepResult,
  shown,
} from '../../scripts/runner.ts'
import type { Pace } from '../../src/patience.ts'

/** One path for all runs of this process: @actions/core remembers the first summary file it was told of. */
const summaryFile = join(tmpdir(), `summary-of-tests-${process.pid}.md`)

export type InProcessStep = Pick<Step, 'inputs' | 'env' | 'event' | 'debug'> & {
  /** False for a runner that has no job summaries. */
  readonly hasSummary?: boolean
  /** Cancels the run when it fires, as a signal of the runner does. */
  readonly stop?: AbortSignal
  /** Ordinary where it is not told. */
  readonly pace?: Partial<Pace>
}

const NEVER = new AbortController().signal

/** Runs src/ inside this process, for its coverage, as scripts/runner.ts runs dist/ outside of it. */
export async function runHere(step: InProcessStep): Promise<StepResult> {
  const folder = await mkdtemp(join(tmpdir(), 'in-process-'))
  const outputFile = join(folder, 'output')
  const eventFile = join(folder, 'event.json')
  const started = performance.now()
  try {
    await Promise.all([outputFile, summaryFile].map((file) => writeFile(file, '')))
    await writeFile(eventFile, JSON.stringify(step.event ?? {}))
    const environment = {
      GITHUB_OUTPUT: outputFile,
      GITHUB_EVENT_PATH: eventFile,
      RUNNER_TEMP: folder,
      ...(await variablesOf(step)),
    }
    const { raw, value: exitCode } = await capturing(() =>
      withEnvironment(environment, async () => {
        const [{ run }, { githubHost }] = await Promise.all([
          import('../../src/run.ts'),
          import('../../src/host/github.ts'),
        ])
        return run(githubHost(process.env), step.stop ?? NEVER, { second: 1000, limit: 1000, ...step.pace })
      }),
    )
    const outputs = parseOutputs(await readFile(outputFile, 'utf8'))
    return {
      exitCode,
      raw,
      log: shown(raw),
      outputs,
      summary: await readFile(summaryFile, 'utf8'),
      planJson: outputs['plan-json'] ? await readFile(outputs['plan-json'], 'utf8') : '',
      files: await filesIn(folder),
      wallMs: performance.now() - started,
    }
  } finally {
    await Promise.all([folder, summaryFile].map((path) => rm(path, { recursive: true, force: true })))
  }
}

async function variablesOf({ inputs, env, debug = false, hasSummary = true }: InProcessStep) {
  const given = Object.entries({ ...defaultsOf((await readMetadata()).inputs), ...inputs })
  return {
    ...env,
    ...(debug && { RUNNER_DEBUG: '1' }),
    ...(hasSummary && { GITHUB_STEP_SUMMARY: summaryFile }),
    ...Object.fromEntries(given.map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text])),
  }
}

/** The environment is all that a step knows, so for the time of the work there is nothing else in it. */
async function withEnvironment<T>(environment: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> {
  const before = { ...process.env }
  replaceEnvironment(environment)
  try {
    return await work()
  } finally {
    replaceEnvironment(before)
  }
}

function replaceEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) delete process.env[name]
  Object.assign(process.env, environment)
}

/** Keeps everything that is written to stdout and stderr while the work goes on. */
export async function capturing<T>(work: () => Promise<T>): Promise<{ readonly raw: string; readonly value: T }> {
  let raw = ''
  const streams = [process.stdout, process.stderr]
  const originals = streams.map((stream) => stream.write)
  for (const stream of streams) {
    stream.write = (chunk: string | Uint8Array) => {
      raw += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')
      return true
    }
  }
  try {
    const value = await work()
    return { raw, value }
  } finally {
    for (const [index, stream] of streams.entries()) stream.write = originals[index] ?? stream.write
  }
}
