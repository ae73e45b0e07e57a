import { DeployError, REACHABILITY_HINT } from '../errors.ts'
import { field } from '../json.ts'
import { isRateLimit } from './github-retry.ts'

const PERMISSIONS = [
  'Let the job write, or set `comment: never` (and leave out `drift-issue`). A `permissions:` block takes away what it does not name, so keep the others:',
  '  permissions:',
  '    id-token: write',
  '    pull-requests: write',
  '    issues: write   # for drift-issue alone',
].join('\n')

/** What GitHub's refusal means for us. `doing` completes "GitHub did not let this run …". */
export function githubError(doing: string, cause: unknown): DeployError {
  if (cause instanceof DeployError) return cause
  const message = cause instanceof Error ? firstLine(cause.message) : String(cause)
  const status = field(cause, 'status')
  if (isRateLimit(cause))
    return new DeployError('throttled', `GitHub asked to wait for too long when this run wanted to ${doing}.`, {
      hint: 'Run again later; runs of a large matrix may be spread by `max-parallel`.',
      cause,
    })
  if (field(cause, 'response') === undefined)
    return new DeployError('unreachable', `GitHub was not reached to ${doing}: ${message}`, {
      hint: REACHABILITY_HINT,
      cause,
    })
  // GraphQL refuses with 200.
  const isForbidden = typeof status !== 'number' || status === 401 || status === 403 || status === 404
  const hint = isForbidden ? PERMISSIONS : 'Run again; if it happens twice, look at https://www.githubstatus.com.'
  return new DeployError(
    'github-refused',
    `GitHub did not let this run ${doing} (${status ?? 'GraphQL'}): ${message}`,
    { hint, cause },
  )
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
