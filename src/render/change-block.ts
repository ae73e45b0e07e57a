import type { Change } from '../engine/plan.ts'
import { changeLines } from './change-lines.ts'
import { block, htmlCode } from './markdown.ts'
import type { Report } from './report.ts'
import { shortName } from './short-name.ts'
import { ACTIONS, kindOf } from './symbols.ts'

/** More lines than this are folded, so that a plan of many objects stays on one screen. */
const LONG = 12

/** The properties of one change, as a diff that GitHub colours, under a line that folds it. Nothing for what does not change. */
export function changeBlock(change: Change, { inputs, outcomes }: Pick<Report, 'inputs' | 'outcomes'>): string[] {
  const lines = changeLines(change).map(({ sign, text }) => `${sign === '~' ? '!' : sign} ${text}`)
  if (lines.length === 0) return []
  const { mark, verb } = ACTIONS[change.action]
  const title = `${mark} ${verb} ${kindOf(change)} ${htmlCode(shortName(change.name, inputs.subscriptionId))}`
  // Once it is carried out, the table tells what became of it.
  return [foldedBlock(title, 'diff', lines, outcomes.length === 0)]
}

/** A block under a line that folds it, open at first while it is short. @param title as HTML. */
export function foldedBlock(title: string, language: string, lines: readonly string[], mayBeOpen = true): string {
  const isLong = lines.length > LONG
  const summary = `<summary>${title}${isLong ? `, ${lines.length} lines` : ''}</summary>`
  const open = isLong || !mayBeOpen ? '' : ' open'
  return [`<details${open}>${summary}`, '', block(language, lines), '', '</details>'].join('\n')
}
