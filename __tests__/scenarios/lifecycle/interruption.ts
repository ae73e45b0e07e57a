import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Result } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'
import { AT_ONCE, type Chapter, LIFE, settleNeighbours } from './life.ts'
import { type State, stateOf } from './state.ts'

/** Killed before its request `at` is answered, or left without the answer to it. */
export type Interruption = { readonly kind: 'kill' | 'drop'; readonly at: number }

/** What an undisturbed life is like, chapter by chapter. */
export type Memory = { readonly requests: number; readonly end: State }

export type Finding = {
  readonly chapter: string
  readonly interruption: Interruption
  /** The interrupted run still ended well: what was lost was asked for again. */
  readonly recovered: boolean
  /** Undefined when the end is that of an undisturbed run. */
  readonly problem?: string
}

export async function openLife(): Promise<Stage> {
  const stage = await openStage({ ...AT_ONCE, readableToken: true })
  await settleNeighbours(stage)
  return stage
}

export async function liveUndisturbed(stage: Stage): Promise<Memory[]> {
  const memories: Memory[] = []
  for (const chapter of LIFE) memories.push(await lived(stage, chapter))
  return memories
}

async function lived(stage: Stage, { name, inputs, before }: Chapter): Promise<Memory> {
  await before?.(stage)
  const result = await stage.run(inputs)
  if (result.exitCode !== 0) throw new Error(`undisturbed, ${name} failed: ${result.log}`)
  return { requests: result.requests.length, end: stateOf(stage) }
}

/** Interrupts the run of a chapter, runs it again unless it ended well all the same, and compares the end. */
export async function interrupt(
  stage: Stage,
  { name, inputs, before }: Chapter,
  interruption: Interruption,
  { end }: Memory,
): Promise<Finding> {
  await before?.(stage)
  const run = interruption.kind === 'kill' ? killed : cut
  const first = await run(stage, inputs, interruption.at)
  const recovered = first.exitCode === 0
  const last = recovered ? first : await stage.run(inputs)
  const problem = problemWith(last, end, stateOf(stage))
  return { chapter: name, interruption, recovered, ...(problem !== undefined && { problem }) }
}

/** SIGKILL as soon as the request has come in; the service carries it out all the same, as it does for a caller that is gone. */
async function killed(stage: Stage, inputs: Chapter['inputs'], at: number): Promise<Result> {
  const killing = new AbortController()
  stage.control.injectFault({ name: 'unanswered', on: at, effect: { kind: 'delay', ms: 40 } })
  let isOver = false
  const running = stage.run(inputs, { kill: killing.signal }).finally(() => {
    isOver = true
  })
  while (!isOver && (stage.control.faults()[0]?.matched ?? 0) < at) await sleep(1)
  killing.abort()
  const result = await running
  // What came in is carried out before anybody looks.
  await sleep(60)
  stage.control.clearFaults()
  return result
}

async function cut(stage: Stage, inputs: Chapter['inputs'], at: number): Promise<Result> {
  stage.control.injectFault({ name: 'cut', on: at, effect: { kind: 'drop', when: 'after' } })
  const result = await stage.run(inputs)
  stage.control.clearFaults()
  return result
}

function problemWith({ exitCode, outputs }: Result, expected: State, found: State): string | undefined {
  if (exitCode !== 0) return `the second run failed: ${outputs['failure-reason']}`
  return differencesBetween(expected, found)
}

/** What stands there and should not, and what is missing; undefined when all is as expected. */
export function differencesBetween(expected: State, found: State): string | undefined {
  const differing = Object.entries(expected).flatMap(([part, lines]: [string, readonly string[]]) => {
    const there = Object.entries(found).find(([name]) => name === part)?.[1] ?? []
    if (isDeepStrictEqual(lines, there)) return []
    return [
      ...lines.filter((line) => !there.includes(line)).map((line) => `missing in ${part}: ${line}`),
      ...there.filter((line) => !lines.includes(line)).map((line) => `too much in ${part}: ${line}`),
      ...(lines.length === there.length ? [] : [`${there.length} instead of ${lines.length} ${part}`]),
    ]
  })
  return differing.length === 0 ? undefined : differing.join('\n')
}

/** `count` of the requests 1 to `requests`, evenly spread, first and last among them; all of them when there are no more. */
export function spread(requests: number, count: number): number[] {
  if (count >= requests) return Array.from({ length: requests }, (_, index) => index + 1)
  return Array.from({ length: count }, (_, index) => 1 + Math.round((index * (requests - 1)) / (count - 1)))
}
