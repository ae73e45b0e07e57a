import { differencesBetween } from '../scenarios/lifecycle/interruption.ts'
import { type State, stateOf } from '../scenarios/lifecycle/state.ts'
import { plainLog, type Result } from '../stage/result.ts'
import type { Stage } from '../stage.ts'
import type { FaultClass } from './classes.ts'
import type { Operation } from './operations.ts'

/** An operation as it goes when nobody disturbs it, and what brings back the world it begins in. */
export type Undisturbed = {
  readonly operation: Operation
  begin(): void
  readonly end: State
  readonly outcome: string
  readonly requests: Result['requests']
}

/** One request of one operation goes wrong in one way; or it and all like it, for as long as the run lasts. */
export type Cell = { readonly fault: FaultClass; readonly at: number; readonly lasts: boolean }

export type Finding = {
  readonly operation: string
  readonly cell: Cell
  /** `success`, or the code of the failure. */
  readonly end: string
  readonly problem?: string
}

/** Milliseconds that a second of waiting takes here: in a disturbed run, and in one that nobody disturbs, which may not give up on a slow machine. */
const SECOND = { disturbed: 5, quiet: 50 }
const LONGEST_RUN_MS = 30_000

export async function undisturbed(stage: Stage, operation: Operation): Promise<Undisturbed> {
  await operation.before?.(stage)
  const begin = stage.control.checkpoint()
  const result = await running(stage, operation, SECOND.quiet)
  if (result.exitCode !== 0) throw new Error(`undisturbed, ${operation.name} failed: ${result.log}`)
  return { operation, begin, end: stateOf(stage), outcome: result.outputs.outcome ?? '', requests: result.requests }
}

/** Runs with a fault, and once more without it when that failed. */
export async function tryCell(stage: Stage, life: Undisturbed, cell: Cell): Promise<Finding> {
  const { operation, begin, end, outcome } = life
  begin()
  disturb(stage, life, cell)
  const first = await running(stage, operation, SECOND.disturbed)
  stage.control.clearFaults()
  const code = first.exitCode === 0 ? 'success' : (first.outputs['failure-reason'] ?? 'none')
  const problem =
    first.exitCode === 0
      ? (falseSuccess(first, outcome) ?? differencesBetween(end, stateOf(stage)))
      : (unclear(first, code) ?? (await afterwards(stage, operation, end)))
  return { operation: operation.name, cell, end: code, ...(problem !== undefined && { problem }) }
}

function disturb({ control }: Stage, { requests }: Undisturbed, { fault: { name, effect }, at, lasts }: Cell): void {
  const request = requests[at - 1]
  const which =
    lasts && request
      ? { method: request.method, path: `^${patternOf(request.path)}$`, on: 'every' as const }
      : { on: at }
  control.injectFault({ name, effect, ...which })
}

/** Ids that are made anew each time may be any. */
function patternOf(path: string): string {
  return path.replaceAll(/[.+$()]/g, '\\$&').replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '[0-9a-f-]{36}')
}

/** A run that would not end is stopped, which shows. */
async function running(stage: Stage, { inputs }: Operation, second: number): Promise<Result> {
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), LONGEST_RUN_MS)
  try {
    return await stage.runInProcess(inputs, { second, stop: stop.signal })
  } finally {
    clearTimeout(timer)
  }
}

function falseSuccess({ outputs }: Result, expected: string): string | undefined {
  return outputs.outcome === expected ? undefined : `it says ${outputs.outcome} instead of ${expected}`
}

/** A failure has a code of ours and says what to do. */
function unclear(result: Result, code: string): string | undefined {
  if (code === 'unexpected' || code === 'none' || code === 'cancelled')
    return `it ended as ${code}: ${plainLog(result)}`
  return /::error title=[a-z-]+::[\s\S]+\n\n\S/.test(plainLog(result))
    ? undefined
    : `it gives no hint: ${plainLog(result)}`
}

async function afterwards(stage: Stage, operation: Operation, end: State): Promise<string | undefined> {
  const again = await running(stage, operation, SECOND.quiet)
  if (again.exitCode !== 0) return `the next run failed: ${again.outputs['failure-reason']}`
  return differencesBetween(end, stateOf(stage))
}
