import { DeployError } from './errors.ts'
import { field } from './json.ts'

/** Errors of an AbortSignal come from another realm at times, so only their name tells. */
export function isAborted(error: unknown): boolean {
  const name = error instanceof Error ? error.name : field(error, 'name')
  return name === 'AbortError' || name === 'TimeoutError'
}

/** `doing` completes "while it tried to …". */
export function timedOut(doing: string, cause: unknown): DeployError {
  return new DeployError('timed-out', `The time of this run was used up while it tried to ${doing}.`, {
    hint: 'Azure goes on by itself with what it has accepted. Run again: the action continues from what is there. A longer `timeout` may help.',
    cause,
  })
}
