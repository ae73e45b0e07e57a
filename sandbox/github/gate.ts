import type { Call, Handler } from '../protocol.ts'
import type { Forge } from './forge.ts'
import type { Access } from './records.ts'
import { notFound, refused } from './refusals.ts'

/** What a request needs: one of these permissions, in this measure. https://docs.github.com/rest/authentication/permissions-required-for-github-apps */
export type Need = { readonly of: readonly ('issues' | 'pullRequests')[]; readonly access: Exclude<Access, 'none'> }

export type Door = {
  readonly forge: Forge
  readonly token: string
  repository(): string
  /** Is this the run of a fork or of Dependabot, whose token reads only? */
  isRestricted(): boolean
}

/** Lets through whom GitHub would: a known token, an existing repository, the permission, and not too much at once. */
export function guarded(door: Door, need: Need, handle: Handler): Handler {
  const { forge, token, repository } = door
  return (call) => {
    authenticate(call, token)
    const { owner, repo } = call.params
    if (owner !== undefined && `${owner}/${repo}`.toLowerCase() !== repository().toLowerCase()) throw notFound()
    if (!isAllowed(door, need)) throw forbidden(forge, need)
    if (need.access === 'write') countWrite(forge)
    return handle(call)
  }
}

/** Octokit writes `token`, curl users `Bearer`; GitHub takes both. */
export function authenticate({ headers }: Call, token: string): void {
  if (headers['user-agent'] === undefined)
    throw refused(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header',
    )
  const [scheme = '', given] = (headers.authorization ?? '').split(' ')
  if (!['token', 'bearer'].includes(scheme.toLowerCase()) || given !== token) throw refused(401, 'Bad credentials')
}

export function isAllowed({ forge: { settings }, isRestricted }: Door, { of, access }: Need): boolean {
  if (access === 'write' && isRestricted()) return false
  return of.some((permission) => settings[permission] === 'write' || settings[permission] === access)
}

/** A private repository whose parts may not be read looks as if it were not there. */
function forbidden({ settings }: Forge, { access }: Need) {
  const sees = settings.issues !== 'none' || settings.pullRequests !== 'none'
  return access === 'write' || sees ? refused(403, 'Resource not accessible by integration') : notFound()
}

function countWrite({ writes, clock, settings: { contentLimit } }: Forge): void {
  const now = clock.now()
  const recent = writes.filter((each) => each > now - contentLimit.seconds * 1000)
  const [oldest = now] = recent
  if (recent.length >= contentLimit.count)
    throw refused(
      contentLimit.status,
      'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      {
        headers: { 'retry-after': String(Math.max(1, Math.ceil(contentLimit.seconds - (now - oldest) / 1000))) },
      },
    )
  writes.splice(0, writes.length, ...recent, now)
}
