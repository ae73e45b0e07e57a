import type { Change, Plan } from '../engine/plan.ts'
import { changeLines, inert } from './change-lines.ts'
import { ACTIONS, KINDS } from './symbols.ts'
import { verdict } from './verdict.ts'

const COLOURS = {
  '+': '\u001b[32m',
  '-': '\u001b[31m',
  '~': '\u001b[33m',
  '±': '\u001b[35m',
  '=': '\u001b[2m',
} as const
const BOLD = '\u001b[1m'
const END = '\u001b[0m'

type Sign = keyof typeof COLOURS

/** The plan for the log, in colour; GitHub shows ANSI codes. */
export function planLog(plan: Plan): string[] {
  return [...plan.changes.flatMap(changeLog), '', `${BOLD}Plan: ${verdict(plan)}${END}`]
}

function changeLog(change: Change): string[] {
  const { symbol, verb } = ACTIONS[change.action]
  const head = `${coloured(symbol, `${symbol} ${KINDS[change.kind] ?? change.kind} ${inert(change.name)}`)} (${verb})`
  return [head, ...changeLines(change).map(({ sign, text }) => `    ${coloured(sign, `${sign} ${text}`)}`)]
}

function coloured(sign: string, text: string): string {
  return `${isSign(sign) ? COLOURS[sign] : ''}${text}${END}`
}

function isSign(sign: string): sign is Sign {
  return Object.hasOwn(COLOURS, sign)
}
