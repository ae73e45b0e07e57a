import type { Clock } from '../clock.ts'
import {
  type Account,
  type Comment,
  defaultForgeSettings,
  type ForgeSettings,
  type Issue,
  type PullRequest,
} from './records.ts'

export type NewPullRequest = {
  /** The next free one unless told. */
  readonly number?: number
  readonly title?: string
  readonly author?: Account
} & Partial<Pick<PullRequest, 'headRepository' | 'headRef' | 'headSha' | 'baseRef'>>

/** Issues, pull requests and comments of the one repository there is. */
export class Forge {
  settings: ForgeSettings = defaultForgeSettings
  readonly issues = new Map<number, Issue>()
  readonly comments = new Map<number, Comment>()
  /** When something was written last, in milliseconds since the epoch: what the secondary rate limit looks at. */
  readonly writes: number[] = []
  readonly clock: Clock
  #ids = 1_000

  constructor(clock: Clock) {
    this.clock = clock
  }

  nextId(): number {
    this.#ids += 1
    return this.#ids
  }

  addIssue(issue: Pick<Issue, 'title' | 'body'> & Partial<Pick<Issue, 'author' | 'labels' | 'assignees'>>): Issue {
    const { title, body, author = this.settings.account, labels = [], assignees = [] } = issue
    return this.#add({ number: this.#nextNumber(), title, body, author, labels, assignees, pull: null })
  }

  addPullRequest(
    { number = this.#nextNumber(), title = `Change ${number}`, author = PERSON, ...pull }: NewPullRequest,
    home: string,
  ): Issue {
    return this.#add({
      number,
      title,
      body: '',
      author,
      labels: [],
      assignees: [],
      pull: {
        headRepository: pull.headRepository === undefined ? home : pull.headRepository,
        headRef: pull.headRef ?? `change-${number}`,
        headSha: pull.headSha ?? shaOf(number),
        baseRef: pull.baseRef ?? 'main',
        mergedAt: null,
        commits: [],
      },
    })
  }

  addComment(issue: number, body: string, author: Account = this.settings.account): Comment {
    const now = this.clock.iso()
    const comment = { id: this.nextId(), issue, body, author, editor: null, createdAt: now, updatedAt: now }
    this.comments.set(comment.id, comment)
    return comment
  }

  /** Changes a text in the name of an account. */
  edit(written: Issue | Comment, body: string, editor: Account): void {
    Object.assign(written, { body, editor, updatedAt: this.clock.iso() })
  }

  commentsOn(issue: number): Comment[] {
    return [...this.comments.values()].filter((comment) => comment.issue === issue)
  }

  #add(issue: Omit<Issue, 'id' | 'state' | 'stateReason' | 'editor' | 'createdAt' | 'updatedAt'>): Issue {
    const now = this.clock.iso()
    const whole: Issue = {
      ...issue,
      id: this.nextId(),
      state: 'open',
      stateReason: null,
      editor: null,
      createdAt: now,
      updatedAt: now,
    }
    this.issues.set(whole.number, whole)
    return whole
  }

  #nextNumber(): number {
    return Math.max(0, ...this.issues.keys()) + 1
  }
}

const PERSON: Account = { login: 'octocat', id: 583231, type: 'User' }

/** A made-up commit, the same for a number in every sandbox. */
export function shaOf(number: number): string {
  return number.toString(16).padStart(40, 'c0ffee')
}
