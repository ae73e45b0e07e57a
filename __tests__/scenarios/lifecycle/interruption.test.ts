import { expect, test } from '@jest/globals'
import { plainLog } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import {
  type Finding,
  type Interruption,
  interrupt,
  liveUndisturbed,
  type Memory,
  openLife,
  spread,
} from './interruption.ts'
import { LIFE } from './life.ts'
import { stateOf } from './state.ts'

/** Requests that are interrupted in each chapter, in either way. `INTERRUPTIONS=1000` takes every one, which takes minutes. */
const SAMPLE = Number(process.env.INTERRUPTIONS ?? 10)
/** Lives that go on side by side: most of the time of a run without an answer is waiting. */
const STAGES = 5

/** The lives to live: in each, every chapter is interrupted once. Those with fewer requests begin again. */
function livesOf(memories: readonly Memory[]): Interruption[][] {
  const points = memories.map(({ requests }) =>
    (['kill', 'drop'] as const).flatMap((kind) => spread(requests, SAMPLE).map((at) => ({ kind, at }))),
  )
  const count = Math.max(...points.map(({ length }) => length))
  return Array.from({ length: count }, (_, life) => points.flatMap((each) => each[life % each.length] ?? []))
}

/** Lives one life after the other. A stage where one did not converge is given up, lest it spoils the next. */
async function walk(lives: Interruption[][], memories: readonly Memory[]): Promise<Finding[]> {
  const findings: Finding[] = []
  let stage = await openLife()
  for (let life = lives.shift(); life !== undefined; life = lives.shift()) {
    for (const [index, chapter] of LIFE.entries()) {
      const [interruption, memory] = [life[index], memories[index]]
      if (interruption === undefined || memory === undefined) throw new Error('a chapter is missing')
      const finding = await interrupt(stage, chapter, interruption, memory)
      findings.push(finding)
      if (finding.problem === undefined) continue
      await stage.close()
      stage = await forwarded(index)
    }
  }
  await stage.close()
  return findings
}

/** A new stage at the end of that chapter. */
async function forwarded(last: number): Promise<Stage> {
  const stage = await openLife()
  for (const { inputs, before } of LIFE.slice(0, last + 1)) {
    await before?.(stage)
    await stage.run(inputs)
  }
  return stage
}

test('interrupted at any request of its life, a connector ends up as if nobody had interrupted', async () => {
  const first = await openLife()
  const before = stateOf(first)
  const memories = await liveUndisturbed(first)
  expect(stateOf(first)).toEqual(before)
  await first.close()

  const lives = livesOf(memories)
  const started = performance.now()
  const findings = (await Promise.all(Array.from({ length: STAGES }, () => walk(lives, memories)))).flat()
  process.stdout.write(`${reportOf(findings, memories, (performance.now() - started) / 1000)}\n`)
  const failures = findings.filter(({ problem }) => problem !== undefined)
  expect(failures.map(described)).toEqual([])
}, 600_000)

test('a plan after any chapter is empty', async () => {
  const stage = await openLife()
  for (const { name, inputs, before } of LIFE) {
    await before?.(stage)
    await stage.run(inputs)
    const planned = await stage.run(inputs.operation === 'destroy' ? inputs : { ...inputs, operation: 'plan' })
    expect([name, planned.outputs.outcome, plainLog(planned)]).toEqual([name, 'in-sync', expect.any(String)])
  }
  await stage.close()
}, 60_000)

function described({ chapter, interruption: { kind, at }, problem }: Finding): string {
  return `${chapter}, ${kind} at request ${at}: ${problem}`
}

function reportOf(findings: readonly Finding[], memories: readonly Memory[], seconds: number): string {
  const possible = 2 * memories.reduce((sum, { requests }) => sum + requests, 0)
  const tried = new Set(findings.map(({ chapter, interruption: { kind, at } }) => `${chapter} ${kind} ${at}`)).size
  const converged = findings.filter(({ problem }) => problem === undefined).length
  const recovered = findings.filter(({ recovered }) => recovered).length
  return [
    `Interruption points: ${tried} of ${possible}, in ${findings.length} interrupted runs (${seconds.toFixed(0)} s)`,
    ...LIFE.map(({ name }, index) => `  ${name}: ${memories[index]?.requests} requests`),
    `Converged: ${converged} of ${findings.length}; ${recovered} of them without a second run`,
  ].join('\n')
}
