import type { Outcome } from '../engine/apply.ts'
import type { Change } from '../engine/plan.ts'
import { code, sentence } from './markdown.ts'
import { causeOf, remarksOn } from './remarks.ts'
import type { Report } from './report.ts'
import { shortName } from './short-name.ts'
import { ACTIONS, CAUSES, kindOf, RESULTS } from './symbols.ts'

type Table = { readonly head: string; readonly rows: readonly string[] }

/** The head of the table, then a row for every object. */
export function tableOf(report: Pick<Report, 'inputs' | 'plan' | 'drift' | 'outcomes'>): Table {
  const outcomes = new Map(report.outcomes.map((outcome) => [outcome.change.address, outcome]))
  const rows = report.plan.changes.map((change) => {
    const outcome = outcomes.get(change.address)
    return [
      stateOf(change, outcome, report),
      kindOf(change),
      code(inCell(shortName(change.name, report.inputs.subscriptionId))),
      outcome === undefined ? noteOn(change, report) : sentence(inCell(remarksAfter(outcome).join('; '))),
    ]
  })
  const head = [report.outcomes.length > 0 ? 'Result' : 'Action', 'Kind', 'Name', 'Note']
  // A column that says nothing is none.
  const width = rows.every((cells) => cells.at(-1) === '') ? head.length - 1 : head.length
  const line = (cells: readonly string[]) => `| ${cells.slice(0, width).join(' | ')} |`
  return { head: [line(head), line(head.map(() => ':--'))].join('\n'), rows: rows.map(line) }
}

function noteOn(change: Change, report: Pick<Report, 'plan' | 'drift'>): string {
  const cause = causeOf(change, report)
  const mark = cause === undefined ? '' : `${CAUSES[cause].mark} `
  return `${mark}${sentence(inCell(remarksOn(change, report).join('; ')))}`
}

/** What became of it; what a repair left alone stays what it was found to be; before anything is done, what is to be done. */
function stateOf(change: Change, outcome: Outcome | undefined, report: Pick<Report, 'drift' | 'outcomes'>): string {
  const cause = report.outcomes.length === 0 ? undefined : causeOf(change, report)
  const { mark, verb } = ACTIONS[change.action]
  const { mark: sign, word } =
    outcome !== undefined ? RESULTS[outcome.result] : cause !== undefined ? CAUSES[cause] : { mark, word: verb }
  // Mark and word stay on one line.
  return `${sign}\u00a0${word}`
}

/** What became of it: its state as Azure tells it, or why there is none. */
function remarksAfter(outcome: Outcome): string[] {
  if (outcome.result === 'failed') return [`\`${outcome.error.code}\``]
  if (!('actual' in outcome) || outcome.actual.attributes.state === undefined) return []
  return [`it is \`${outcome.actual.attributes.state}\``]
}

/** Whatever one makes of a backslash before a bar, a row without bars of others has as many cells as its head. */
function inCell(text: string): string {
  return text.replaceAll('|', '\\u007c')
}
