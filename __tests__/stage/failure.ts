import { expect } from '@jest/globals'
import type { ErrorCode } from '../../src/errors.ts'
import { plainLog, type Result } from './result.ts'

/** A run ended badly, for this reason, and said all of these things in the log and in the summary. */
export function expectFailure(result: Result, code: ErrorCode, ...said: readonly string[]): void {
  expect({
    exitCode: result.exitCode,
    reason: result.outputs['failure-reason'],
    log: said.length ? result.log : '',
  }).toEqual({
    exitCode: 1,
    reason: code,
    log: said.length ? result.log : '',
  })
  expect(result.outputs.outcome).toBe('failed')
  for (const text of said) {
    expect(plainLog(result)).toContain(text)
    expect(words(result.summary)).toContain(words(text))
  }
}

/** A text without what tells names and quotations apart: the log has quotes there, Markdown code. */
function words(text: string): string {
  return text.replaceAll(/["'`]|^(?:>|- )/gm, '').replaceAll(/\s+/g, ' ')
}

/** The command of the hint that begins like this, as a reader would paste it. */
export function commandIn(result: Result, beginning: string): string {
  const line = plainLog(result)
    .split('\n')
    .find((each) => each.trim().startsWith(beginning))
  if (line === undefined) throw new Error(`no line begins with ${beginning} in\n${plainLog(result)}`)
  return line.trim()
}

/** The value of a flag of such a command, without its quotes. */
export function flagOf(command: string, name: string): string {
  const match = new RegExp(`--${name} (?:'([^']*)'|"([^"]*)"|(\\S+))`).exec(command)
  return match?.[1] ?? match?.[2] ?? match?.[3] ?? ''
}
