import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { FaultEffect } from '../../../sandbox/faults.ts'
import type { Result } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'
import { AT_ONCE, type Chapter, type Life, settleNeighbours } from './life.ts'
import { type State, stateOf } from './state.ts'

/**
 * How a run is interrupted at a request: killed before Azure carries it out, killed while Azure carries it out all the same, or left
 * without the answer to what Azure did.
 */
export const MANNERS = ['killed before', 'killed during', 'reply lost after'] as const
export type Manner = (typeof MANNERS)[number]
export type Interruption = { readonly manner: Manner; readonly at: number }

/** What an undisturbed run of a chapter is like. */
export type Memory = {
  readonly requests: number
  /** Positions of the requests that change something, from 1. */
  readonly writes: readonly number[]
  readonly end: State
}

export type Finding = {
  readonly chapter: string
  readonly interruption: Interruption
  /** False when the run ended before it came to that request: not every run asks equally often. */
  readonly reached: boolean
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

export async function liveUndisturbed(stage: Stage, { chapters }: Life): Promise<Memory[]> {
  const memories: Memory[] = []
  for (const chapter of chapters) memories.push(await lived(stage, chapter))
  return memories
}

async function lived(stage: Stage, chapter: Chapter): Promise<Memory> {
  await chapter.before?.(stage)
  const { exitCode, log, requests } = await stage.run(chapter.inputs(stage))
  if (exitCode !== 0) throw new Error(`undisturbed, ${chapter.name} failed: ${log}`)
  const writes = requests.flatMap(({ method, path }, index) =>
    method === 'GET' || path.includes('/oauth2/') ? [] : [index + 1],
  )
  return { requests: requests.length, writes, end: stateOf(stage) }
}

/** Interrupts the run of a chapter, runs it again unless it ended well all the same, and compares the end. */
export async function interrupt(
  stage: Stage,
  chapter: Chapter,
  interruption: Interruption,
  { end }: Memory,
): Promise<Finding> {
  await chapter.before?.(stage)
  const { first, reached } = await interrupted(stage, chapter, interruption)
  const recovered = first.exitCode === 0
  const last = recovered ? first : await stage.run(chapter.inputs(stage))
  const problem = problemWith(last, end, stateOf(stage))
  return { chapter: chapter.name, interruption, reached, recovered, ...(problem !== undefined && { problem }) }
}

/** Milliseconds in which a process that is killed dies. */
const DYING = 60

const EFFECTS: Readonly<Record<Manner, FaultEffect>> = {
  'killed before': { kind: 'drop', when: 'before', ms: DYING },
  'killed during': { kind: 'delay', ms: DYING },
  'reply lost after': { kind: 'drop', when: 'after' },
}

async function interrupted(
  stage: Stage,
  chapter: Chapter,
  { manner, at }: Interruption,
): Promise<{ readonly first: Result; readonly reached: boolean }> {
  stage.control.injectFault({ name: 'interruption', on: at, effect: EFFECTS[manner] })
  const isReached = () => (stage.control.faults()[0]?.matched ?? 0) >= at
  const killing = new AbortController()
  let isOver = false
  const running = stage.run(chapter.inputs(stage), { kill: killing.signal }).finally(() => {
    isOver = true
  })
  while (manner !== 'reply lost after' && !isOver && !isReached()) await sleep(1)
  if (manner !== 'reply lost after') killing.abort()
  const first = await running
  // What came in is carried out, or not, before anybody looks.
  if (killing.signal.aborted) await sleep(1.5 * DYING)
  const reached = isReached()
  stage.control.clearFaults()
  return { first, reached }
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

/** `count` of them, evenly spread, first and last among them; all of them when there are no more. */
export function spread(positions: readonly number[], count: number): number[] {
  if (count >= positions.length) return [...positions]
  return Array.from({ length: count }, (_, index) => {
    const place = count === 1 ? 0 : Math.round((index * (positions.length - 1)) / (count - 1))
    return positions[place] ?? 1
  })
}
