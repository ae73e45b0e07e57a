/** Whoever writes on GitHub: a person, or the bot of an app. */
export type Account = { readonly login: string; readonly id: number; readonly type: 'User' | 'Bot' }

/** A text somebody wrote and perhaps changed. Times are ISO 8601. */
type Written = {
  readonly id: number
  readonly author: Account
  body: string
  /** Who changed the text last; null while nobody did. */
  editor: Account | null
  readonly createdAt: string
  updatedAt: string
}

/** What only a pull request has. */
export type PullRequest = {
  /** `owner/name` that the branch is in; null when that fork is gone. */
  readonly headRepository: string | null
  readonly headRef: string
  headSha: string
  readonly baseRef: string
  /** Null until it is merged. */
  mergedAt: string | null
  /** Commits on the base branch that merging made, however it was merged: one for a merge or a squash, several for a rebase. */
  readonly commits: string[]
}

/** GitHub numbers issues and pull requests together, and comments on both alike. */
export type Issue = Written & {
  readonly number: number
  title: string
  state: 'open' | 'closed'
  stateReason: string | null
  readonly labels: string[]
  readonly assignees: string[]
  readonly pull: PullRequest | null
}

export type Comment = Written & { readonly issue: number }

export type Access = 'none' | 'read' | 'write'

/** What the job's token may do, and what GitHub puts up with. */
export type ForgeSettings = {
  /** Whose name the job's token writes under. */
  readonly account: Account
  readonly issues: Access
  readonly pullRequests: Access
  /** Who can be assigned. */
  readonly assignable: readonly string[]
  /**
   * The secondary rate limit on what makes content: so many requests in so many seconds, refused with this status.
   * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
   */
  readonly contentLimit: { readonly count: number; readonly seconds: number; readonly status: 403 | 429 }
}

export const GITHUB_ACTIONS: Account = { login: 'github-actions[bot]', id: 41898282, type: 'Bot' }

export const defaultForgeSettings: ForgeSettings = {
  account: GITHUB_ACTIONS,
  issues: 'write',
  pullRequests: 'write',
  assignable: ['octocat'],
  contentLimit: { count: 80, seconds: 60, status: 403 },
}
