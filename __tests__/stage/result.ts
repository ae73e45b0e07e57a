import type { LogEntry } from '../../sandbox/request-log.ts'
import type { StepResult } from '../../scripts/runner.ts'

/** What a run of the action left behind: as the runner sees it, and as the sandbox saw it. */
export type Result = StepResult & {
  readonly requests: readonly LogEntry[]
  /** Longest chain of requests of which each began after the one before had ended. */
  readonly roundTrips: number
}

/** `METHOD resource` of every request that was to change something, in order. */
export function writesOf({ requests }: Pick<Result, 'requests'>): string[] {
  return requests
    .filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/'))
    .map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)
}

/** `METHOD path` of requests whose path matches, in order. */
export function requestsTo({ requests }: Pick<Result, 'requests'>, path: RegExp): LogEntry[] {
  return requests.filter((request) => path.test(request.path))
}

/** The property lines of the plan as the log shows them: one blank between path and value, no quotes around the path. */
export function planLines({ log }: Pick<Result, 'log'>): string[] {
  const lines = plainLog({ log }).split('\n')
  return lines
    .filter((line) => /^ {4}[-+~] /.test(line))
    .map((line) =>
      line.trim().replace(/^(. )(\S+) +/, (_all, sign: string, path: string) => `${sign}${path.replaceAll('"', '')} `),
    )
}

/** The log without colours. */
export function plainLog({ log }: Pick<Result, 'log'>): string {
  // The escape character is what begins a colour.
  return log.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
}
