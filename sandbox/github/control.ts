import type { GithubSettings } from '../github-settings.ts'
import { isRestricted } from './event.ts'
import type { Forge, NewPullRequest } from './forge.ts'
import type { Account, Comment, ForgeSettings, Issue } from './records.ts'

type Parts = { readonly forge: Forge; readonly settings: GithubSettings }

/** What other people, and GitHub itself, do in the repository: nothing of it is asked of the API. */
export class ForgeControl {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Is the run of now one of a fork or of Dependabot, which GitHub gives nothing? */
  isRestricted(): boolean {
    return isRestricted(this.#parts.settings, this.#parts.forge)
  }

  settings(): ForgeSettings {
    return this.#parts.forge.settings
  }

  set(settings: Partial<ForgeSettings>): void {
    const { forge } = this.#parts
    forge.settings = { ...forge.settings, ...settings }
  }

  issues(): readonly Issue[] {
    return [...this.#parts.forge.issues.values()]
  }

  /** Comments on an issue or pull request, oldest first. */
  comments(issue: number): readonly Comment[] {
    return this.#parts.forge.commentsOn(issue)
  }

  addIssue(issue: Parameters<Forge['addIssue']>[0]): Issue {
    return this.#parts.forge.addIssue(issue)
  }

  addPullRequest(pull: NewPullRequest = {}): Issue {
    return this.#parts.forge.addPullRequest(pull, this.#parts.settings.repository)
  }

  /** @throws RangeError when there is no such pull request. */
  merge(number: number, commits: readonly string[]): void {
    const { forge } = this.#parts
    const issue = forge.issues.get(number)
    if (issue === undefined || issue.pull === null) throw new RangeError(`There is no pull request ${number}.`)
    issue.state = 'closed'
    issue.pull.mergedAt = forge.clock.iso()
    issue.pull.commits.push(...commits)
  }

  /** @throws RangeError when there is nothing to comment on. */
  addComment(issue: number, body: string, author: Account): Comment {
    const { forge } = this.#parts
    if (!forge.issues.has(issue)) throw new RangeError(`There is no issue or pull request ${issue}.`)
    return forge.addComment(issue, body, author)
  }

  /** @throws RangeError when there is no such comment. */
  editComment(id: number, body: string, editor: Account): void {
    const { forge } = this.#parts
    const comment = forge.comments.get(id)
    if (comment === undefined) throw new RangeError(`There is no comment ${id}.`)
    forge.edit(comment, body, editor)
  }

  /** @throws RangeError when there is no such comment. */
  deleteComment(id: number): void {
    if (!this.#parts.forge.comments.delete(id)) throw new RangeError(`There is no comment ${id}.`)
  }

  /** @throws RangeError when there is no such issue. */
  closeIssue(number: number, reason = 'completed'): void {
    const issue = this.#parts.forge.issues.get(number)
    if (issue === undefined) throw new RangeError(`There is no issue ${number}.`)
    Object.assign(issue, { state: 'closed', stateReason: reason })
  }
}
