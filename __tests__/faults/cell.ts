import { jest } from '@jest/globals'
import type { Pace } from '../../src/patience.ts'
import { commentsOn, issuesOf, warningsIn } from '../scenarios/github/repository.ts'
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
  /** Comments and open issues. */
  readonly said: number
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

/** Only what hangs is given up soon. */
const DISTURBED: Pace = { second: 5, limit: 10 }
const QUIET: Pace = { second: 5, limit: 1000 }
const LONGEST_RUN_MS = 30_000

export async function undisturbed(stage: Stage, operation: Operation): Promise<Undisturbed> {
  await operation.before?.(stage)
  const begin = stage.control.checkpoint()
  const result = await running(stage, operation, QUIET)
  if (endOf(result) !== (operation.ends ?? SUCCESS))
    throw new Error(`undisturbed, ${operation.name} ended as ${endOf(result)}: ${result.log}`)
  const { outputs, requests } = result
  return { operation, begin, end: stateOf(stage), outcome: outputs.outcome ?? '', said: saidOn(stage), requests }
}

/** Runs with a fault, and once more without it when that failed. */
export async function tryCell(stage: Stage, life: Undisturbed, cell: Cell): Promise<Finding> {
  const { operation, begin, end } = life
  begin()
  disturb(stage, life, cell)
  const first = await running(stage, operation, DISTURBED)
  stage.control.clearFaults()
  const code = endOf(first)
  const problem =
    impatient(first, life, cell) ??
    (code === SUCCESS
      ? (falseSuccess(first, life, saidOn(stage)) ?? untold(first, differencesBetween(end, stateOf(stage))))
      : (unclear(first, code) ?? (await afterwards(stage, operation, end))))
  return { operation: operation.name, cell, end: code, ...(problem !== undefined && { problem }) }
}

const SUCCESS = 'success'

function endOf({ exitCode, outputs }: Result): string {
  return exitCode === 0 ? SUCCESS : (outputs['failure-reason'] ?? 'none')
}

function saidOn(stage: Stage): number {
  return commentsOn(stage).length + issuesOf(stage).filter(({ state }) => state === 'open').length
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
async function running(stage: Stage, { inputs, env, remembers }: Operation, pace: Pace): Promise<Result> {
  if (remembers) jest.resetModules()
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(), LONGEST_RUN_MS)
  try {
    return await stage.runInProcess(inputs(stage), { pace, stop: stop.signal, env: env?.(stage) ?? {} })
  } finally {
    clearTimeout(timer)
  }
}

/** A success where there is none, or one that keeps to itself what it could not say. */
function falseSuccess(result: Result, { operation, outcome, said }: Undisturbed, saidNow: number): string | undefined {
  if (operation.ends !== undefined) return `it succeeds, and should end as ${operation.ends}`
  if (result.outputs.outcome !== outcome) return `it says ${result.outputs.outcome} instead of ${outcome}`
  if (saidNow !== said && warningsIn(result).length === 0)
    return `it said ${saidNow} things on GitHub instead of ${said}`
  return undefined
}

/** Rights that may not be seen cannot be taken back: a run that goes on without them says so in a warning. */
function untold(result: Result, difference: string | undefined): string | undefined {
  const isTold = warningsIn(result).some((warning) => /(could not be|can no longer be) (read|looked up)/.test(warning))
  return isTold && difference?.startsWith('too much in grants') ? undefined : difference
}

/** What will not pass is asked for once before anything is written, and not oftener than it would have been in any case. */
function impatient({ requests }: Result, life: Undisturbed, { fault, at }: Cell): string | undefined {
  const failed = life.requests[at - 1]
  if (fault.permanent === undefined || failed === undefined) return undefined
  const isWrite = ({ method, path }: Result['requests'][number]) => method !== 'GET' && !path.includes('/oauth2/')
  const times = (all: Result['requests']) => {
    // What Azure says of a write may take another look at what could not be seen before it.
    const written = isWrite(failed) ? -1 : all.findIndex((request, index) => index >= at && isWrite(request))
    const before = written === -1 ? all : all.slice(0, written)
    return before.filter((request) => keyOf(request) === keyOf(failed)).length
  }
  const [now, usually] = [times(requests), times(life.requests)]
  return now <= usually ? undefined : `${keyOf(failed)} was sent ${now} times instead of ${usually}`
}

function keyOf({ method, path, query }: Result['requests'][number]): string {
  return `${method} ${patternOf(path)}?${query}`
}

/** A failure has a code of ours and says what to do. */
function unclear(result: Result, code: string): string | undefined {
  if (code === 'unexpected' || code === 'none' || code === 'cancelled')
    return `it ended as ${code}: ${plainLog(result)}`
  return /Error \[[a-z-]+\]: [\s\S]+\n\n\S/.test(plainLog(result)) ? undefined : `it gives no hint: ${plainLog(result)}`
}

async function afterwards(stage: Stage, operation: Operation, end: State): Promise<string | undefined> {
  const again = await running(stage, operation, QUIET)
  if (endOf(again) !== (operation.ends ?? SUCCESS)) return `the next run ended as ${endOf(again)}: ${plainLog(again)}`
  return differencesBetween(end, stateOf(stage))
}
