import { failure, noteItems, warningItems } from './alerts.ts'
import { changeBlock } from './change-block.ts'
import { fitted } from './fit.ts'
import { footer } from './footer.ts'
import { state, subject } from './heading.ts'
import { lead } from './lead.ts'
import { alert, code } from './markdown.ts'
import type { Phase } from './phase.ts'
import type { Report } from './report.ts'
import { tableOf } from './table.ts'

/** How long a document may get, in bytes of UTF-8, and where all of it stands, as Markdown. */
export type Room = { readonly bytes: number; readonly rest: string }

/** The parts that may be many. */
type Parts = { readonly [Name in 'warnings' | 'evidence' | 'rows' | 'notes' | 'blocks']: readonly string[] }

/**
 * One plan as Markdown, for every place where GitHub shows some. Too long, it loses whole objects and says so.
 * @param evidence sections that stand below a failure.
 */
export function document(report: Report, phase: Phase, room: Room, evidence: readonly string[] = []): string {
  const all = partsOf(report, evidence)
  const whole = page(report, phase, all, '')
  if (Buffer.byteLength(whole) <= room.bytes) return whole

  const frame = page(report, phase, FRAME, leftOut(1_000_000, room))
  const lists = [all.warnings, all.rows, all.evidence, all.notes, all.blocks]
  const [warnings = [], rows = [], seen = [], notes = [], blocks = []] = fitted(
    lists,
    room.bytes - Buffer.byteLength(frame),
  )
  const kept = { warnings, rows, evidence: seen, notes, blocks }
  const cut = page(report, phase, kept, leftOut(countOf(all) - countOf(kept), room))
  if (Buffer.byteLength(cut) <= room.bytes) return cut
  return [heading(report, phase), leftOut(countOf(all), room)].join('\n\n').slice(0, room.bytes)
}

/** As few parts as make a page draw what surrounds them. */
const FRAME: Parts = { warnings: ['>'], evidence: [], rows: ['|'], notes: ['>'], blocks: [] }

function heading(report: Report, phase: Phase): string {
  return `## ${subject(report, code)}: ${state(report, phase)}`
}

function partsOf(report: Report, evidence: readonly string[]): Parts {
  // A failure says by itself which rights are missing.
  const missing = report.error === undefined ? report.obstacles.missing : []
  return {
    warnings: warningItems({ warnings: report.warnings, missing }),
    evidence,
    rows: tableOf(report).rows,
    notes: noteItems(report),
    blocks: report.plan.changes.flatMap((change) => changeBlock(change, report)),
  }
}

function page(report: Report, phase: Phase, parts: Parts, missing: string): string {
  const { warnings, evidence, rows, notes, blocks } = parts
  const table = rows.length === 0 ? [] : [[tableOf(report).head, ...rows].join('\n')]
  const plan =
    phase === 'outdated'
      ? folded('The plan as it is now', [...table, ...blocks])
      : [...alert('WARNING', warnings), ...table, ...blocks, ...alert('NOTE', notes)]
  const sections = [
    heading(report, phase),
    lead(report, phase),
    ...((phase === 'failed' || phase === 'outdated') && report.error !== undefined ? [failure(report.error)] : []),
    ...evidence,
    ...plan,
    missing,
    footer(report, phase),
  ]
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`
}

function folded(summary: string, sections: readonly string[]): string[] {
  return [[`<details><summary>${summary}</summary>`, ...sections, '</details>'].join('\n\n')]
}

function leftOut(count: number, { rest }: Room): string {
  return `✂️ ${count} more rows, diffs and notes do not fit here: all of it is in ${rest}.`
}

function countOf(parts: Parts): number {
  return Object.values(parts).reduce((sum, { length }) => sum + length, 0)
}
