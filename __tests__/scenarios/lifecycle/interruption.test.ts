import { expect, test } from '@jest/globals'
import { plainLog } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import {
  type Finding,
  type Interruption,
  interrupt,
  liveUndisturbed,
  MANNERS,
  type Memory,
  openLife,
  spread,
} from './interruption.ts'
import { LIVES, type Life } from './life.ts'
import { stateOf } from './state.ts'

/**
 * How many requests are interrupted in each chapter, in each manner. A sample takes those that change something, each in another
 * manner; `INTERRUPTIONS=all` takes every single request in every manner, which takes a quarter of an hour.
 */
const { INTERRUPTIONS: asked = '1' } = process.env
const SAMPLE = asked === 'all' ? undefined : Number(asked)
/** Lives that go on side by side: most of the time of a run without an answer is waiting. */
const STAGES = 4

function interruptionsOf({ requests, writes }: Memory): Interruption[] {
  if (SAMPLE !== undefined) return sampleOf(writes, SAMPLE)
  const every = Array.from({ length: requests }, (_, index) => index + 1)
  return every.flatMap((at) => MANNERS.map((manner) => ({ manner, at })))
}

/** So many in each manner. Where there are fewer writes than that, some are interrupted in more than one. */
function sampleOf(writes: readonly number[], count: number): Interruption[] {
  const points = spread(writes, count * MANNERS.length)
  return Array.from({ length: count }, (_, turn) => turn * MANNERS.length).flatMap((start) =>
    MANNERS.flatMap((manner, index) => {
      const at = points[(start + index) % points.length]
      return at === undefined ? [] : [{ manner, at }]
    }),
  )
}

/** In each round every chapter is interrupted once. Chapters with fewer requests begin again. */
function roundsOf(memories: readonly Memory[]): Interruption[][] {
  const points = memories.map(interruptionsOf)
  const count = Math.max(...points.map(({ length }) => length))
  return Array.from({ length: count }, (_, round) => points.flatMap((each) => each[round % each.length] ?? []))
}

/** Lives round after round. A stage where one did not converge is given up, lest it spoils the next. */
async function walk(life: Life, rounds: Interruption[][], memories: readonly Memory[]): Promise<Finding[]> {
  const findings: Finding[] = []
  let stage = await openLife()
  for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) {
    for (const [index, chapter] of life.chapters.entries()) {
      const [interruption, memory] = [round[index], memories[index]]
      if (interruption === undefined || memory === undefined) throw new Error('a chapter is missing')
      const finding = await interrupt(stage, chapter, interruption, memory)
      findings.push(finding)
      if (finding.problem === undefined) continue
      await stage.close()
      stage = await forwarded(life, index)
    }
  }
  await stage.close()
  return findings
}

/** A new stage at the end of that chapter. */
async function forwarded({ chapters }: Life, last: number): Promise<Stage> {
  const stage = await openLife()
  for (const chapter of chapters.slice(0, last + 1)) {
    await chapter.before?.(stage)
    await stage.run(chapter.inputs(stage))
  }
  return stage
}

test.each(LIVES)(
  'interrupted at any request of its life, a connector $name ends up as if nobody had interrupted',
  async (life) => {
    const first = await openLife()
    const before = stateOf(first)
    const memories = await liveUndisturbed(first, life)
    expect(stateOf(first)).toEqual(before)
    await first.close()

    const rounds = roundsOf(memories)
    const started = performance.now()
    const findings = (await Promise.all(Array.from({ length: STAGES }, () => walk(life, rounds, memories)))).flat()
    process.stdout.write(`${reportOf(life, findings, memories, (performance.now() - started) / 1000)}\n`)
    const failures = findings.filter(({ problem }) => problem !== undefined)
    expect(failures.map(described)).toEqual([])
    const missed = life.chapters.filter(({ name }) => !findings.some((one) => one.chapter === name && one.reached))
    expect(missed).toEqual([])
  },
  3_600_000,
)

test.each(LIVES)(
  'a plan after any chapter of a connector $name is empty',
  async ({ chapters }) => {
    const stage = await openLife()
    for (const chapter of chapters) {
      await chapter.before?.(stage)
      const inputs = chapter.inputs(stage)
      await stage.run(inputs)
      const planned = await stage.run(inputs.operation === 'destroy' ? inputs : { ...inputs, operation: 'plan' })
      expect([chapter.name, planned.outputs.outcome, plainLog(planned)]).toEqual([
        chapter.name,
        'in-sync',
        expect.any(String),
      ])
    }
    await stage.close()
  },
  120_000,
)

function described({ chapter, interruption: { manner, at }, problem }: Finding): string {
  return `${chapter}, ${manner} request ${at}: ${problem}`
}

function reportOf(life: Life, findings: readonly Finding[], memories: readonly Memory[], seconds: number): string {
  const possible = MANNERS.length * memories.reduce((sum, { requests }) => sum + requests, 0)
  const reached = findings.filter((finding) => finding.reached)
  const tried = (some: readonly Finding[]) =>
    new Set(some.map(({ chapter, interruption: { manner, at } }) => `${chapter} ${manner} ${at}`)).size
  const converged = findings.filter(({ problem }) => problem === undefined).length
  const recovered = reached.filter(({ recovered: well }) => well).length
  return [
    `A connector ${life.name}: ${tried(reached)} of ${possible} interruption points, in ${findings.length} interrupted runs (${seconds.toFixed(0)} s)`,
    ...MANNERS.map((manner) => `  ${manner}: ${tried(reached.filter((one) => one.interruption.manner === manner))}`),
    ...life.chapters.map(({ name }, index) => `  ${name}: ${memories[index]?.requests} requests`),
    `  converged: ${converged} of ${findings.length}; ${recovered} of them without a second run`,
  ].join('\n')
}
