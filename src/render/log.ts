import type { Change } from '../engine/plan.ts'
import { changeLines, inert } from './change-lines.ts'
import { consequencesOf } from './consequences.ts'
import { driftFindings } from './drift-findings.ts'
import { state, subject } from './heading.ts'
import { remarksOn } from './remarks.ts'
import type { Planned } from './report.ts'
import { ACTIONS, kindOf } from './symbols.ts'
import { oneLine } from './visible.ts'

const BOLD = 1
const COLOURS = new Map(Object.values(ACTIONS).map(({ symbol, colour }) => [symbol, colour]))

type Shown = Pick<Planned, 'inputs' | 'plan' | 'drift' | 'notes'>

/** The changes of a plan for the log, property by property, in colour; GitHub shows ANSI codes. */
export function planLog(shown: Pick<Shown, 'plan' | 'drift'>): string[] {
  return shown.plan.changes.flatMap((change) => changeLog(change, shown))
}

/** What stays in sight when the changes are folded: verdict, consequences, notes. Warnings are annotations. */
export function planDigest(planned: Shown): string[] {
  const report = { ...planned, outcomes: [] }
  const found = driftFindings(report).map(({ text }) => coloured(BOLD, plain(text)))
  return [
    coloured(BOLD, `${subject(planned, inert)}: ${state(report, 'planned')}`),
    ...(found.length > 0 ? found : consequences(planned)),
    ...planned.notes.map((note) => `Note: ${oneLine(note)}`),
  ]
}

function consequences(planned: Shown): string[] {
  return consequencesOf(planned).map(({ action, text }) => {
    const { colour, symbol } = ACTIONS[action]
    return coloured(colour, `${symbol} ${plain(text)}`)
  })
}

function plain(text: string): string {
  return oneLine(text).replaceAll('`', '"')
}

function changeLog(change: Change, shown: Pick<Shown, 'plan' | 'drift'>): string[] {
  const { symbol, verb, colour } = ACTIONS[change.action]
  const remarks = [verb, ...remarksOn(change, shown)].join('; ')
  const head = `${coloured(colour, `${symbol} ${kindOf(change)} ${inert(change.name)}`)} (${oneLine(remarks)})`
  return [
    head,
    ...changeLines(change).map(({ sign, text }) => `    ${coloured(COLOURS.get(sign) ?? BOLD, `${sign} ${text}`)}`),
  ]
}

function coloured(colour: number, text: string): string {
  return `\u001b[${colour}m${text}\u001b[0m`
}
