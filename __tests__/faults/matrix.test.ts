import { expect, test } from '@jest/globals'
import { AT_ONCE, settleNeighbours } from '../scenarios/lifecycle/life.ts'
import { openStage, type Stage } from '../stage.ts'
import { type Cell, type Finding, tryCell, type Undisturbed, undisturbed } from './cell.ts'
import { FAULT_CLASSES } from './classes.ts'
import { OPERATIONS } from './operations.ts'
import { reportOf } from './report.ts'

/**
 * Requests of each operation that go wrong in each way; without it, one in every second way. `FAULTS=1000` takes every one, which
 * takes hours; `FAULTS_PART=1/4` every fourth cell, from the first on.
 */
const SAMPLE = Number(process.env.FAULTS ?? 0.5)
/** `FAULTED=comment,drift issue` takes these operations only. */
const CHOSEN = process.env.FAULTED?.split(',')
const [PART = 1, PARTS = 1] = (process.env.FAULTS_PART ?? '1/1').split('/').map(Number)

async function openWorld(): Promise<Stage> {
  const stage = await openStage({ ...AT_ONCE, readableToken: true })
  await settleNeighbours(stage)
  return stage
}

/** Another request for each class, so that a sample reaches all kinds of requests; in every second class it goes wrong for good. */
function cellsOf({ requests: { length } }: Undisturbed, shift: number): Cell[] {
  const count = Math.min(Math.ceil(SAMPLE), length)
  return FAULT_CLASSES.flatMap((fault, index) =>
    SAMPLE < 1 && (index + shift) % 2 === 1
      ? []
      : Array.from({ length: count }, (_, nth) => {
          const at = 1 + ((shift * 5 + index * 7 + nth) % length)
          return {
            fault,
            at,
            lasts: canLast(fault.name) && (Math.floor(index / 2) + Math.floor(shift / 2) + nth) % 2 === 1,
          }
        }),
  )
}

/** A service that says when to come back is believed until the end of the run, and a slow one is no trouble. */
function canLast(name: string): boolean {
  return !name.includes('in a second') && name !== 'slow body' && name !== 'stale read'
}

test('whatever happens to any request of any operation, the run succeeds truly, or says why and can be repeated', async () => {
  const stage = await openWorld()
  const started = performance.now()
  const findings: Finding[] = []
  for (const [index, operation] of OPERATIONS.entries()) {
    const life = await undisturbed(stage, operation)
    const goOn = stage.control.checkpoint()
    const isChosen = CHOSEN === undefined || CHOSEN.includes(operation.name)
    const cells = isChosen ? cellsOf(life, index).filter((_, nth) => nth % PARTS === PART - 1) : []
    for (const cell of cells) {
      const finding = await tryCell(stage, life, cell)
      findings.push(finding)
      // A whole matrix takes hours; whoever waits for it wants to see it go on.
      if (SAMPLE > 1 || process.env.TOLD) process.stderr.write(`${described(finding)}\n`)
    }
    goOn()
  }
  await stage.close()
  process.stdout.write(`${reportOf(findings, (performance.now() - started) / 1000)}\n`)
  expect(findings.filter(({ problem }) => problem !== undefined).map(described)).toEqual([])
}, 6_000_000)

function described({ operation, cell: { fault, at, lasts }, end, problem }: Finding): string {
  return `${operation}, ${fault.name} at request ${at}${lasts ? ', for good' : ''} (${end}): ${problem}`
}
