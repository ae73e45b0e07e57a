import { GitHub, getOctokitOptions } from '@actions/github/lib/utils'
import type { Patience } from '../patience.ts'
import { githubError } from './github-errors.ts'
import { patiently } from './github-retry.ts'

export type Octokit = ReturnType<typeof connectOctokit>

/** The repository that is talked about, and the way to it. */
export type Repository = {
  readonly octokit: Octokit
  readonly here: { readonly owner: string; readonly repo: string }
  /** Takes the secrets out of what is sent: comments and issues are not scrubbed by the runner. */
  clean(text: string): string
}

/** GitHub's own client: it knows the proxy, GITHUB_API_URL of Enterprise Server, and paging. */
export function connectOctokit(token: string, baseUrl: string | undefined, patience: Patience) {
  const silent = () => undefined
  const octokit = new GitHub({
    ...getOctokitOptions(token, baseUrl ? { baseUrl } : {}),
    // It would write past the redactor.
    log: { debug: silent, info: silent, warn: silent, error: silent },
  })
  octokit.hook.wrap('request', patiently(patience))
  return octokit
}

/** `doing` completes "GitHub did not let this run …". */
export async function asking<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw githubError(doing, error)
  }
}
