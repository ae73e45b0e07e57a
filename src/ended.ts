import { DeployError } from './errors.ts'

/** Errors of an AbortSignal come from another realm at times, so only their name tells. */
export function isAborted(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('name' in error)) return false
  return error.name === 'AbortError' || error.name === 'TimeoutError'
}

/** A cancelled workflow: GitHub gives it some seconds to say where it stands. */
export function cancelled(done: readonly string[], left: readonly string[]): DeployError {
  const message = ['The run was cancelled.', ...section('Done', done), ...section('Not done', left)].join('\n')
  return new DeployError('cancelled', message, {
    hint: 'Azure goes on by itself with what it has accepted. Run again: the action continues from what is there.',
  })
}

/** A titled list, or nothing. */
export function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)]
}

/** `doing` completes "while it tried to …". */
export function timedOut(doing: string, cause: unknown): DeployError {
  return new DeployError('timed-out', `The time of this run was used up while it tried to ${doing}.`, {
    hint: 'Azure goes on by itself with what it has accepted. Run again: the action continues from what is there. A longer `timeout` may help.',
    cause,
  })
}
