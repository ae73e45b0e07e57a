import type { Patience } from '../patience.ts'

/** Where a run comes from, for links and for hints about the workflow. */
export type RunContext = {
  /** `owner/name`, or '' outside a workflow. */
  readonly repository: string
  readonly eventName: string
  readonly commit: string
  /** Page of this run, or '' outside a workflow. */
  readonly runUrl: string
  /** Name of the branch that the run is about, absent for tags and pull requests. */
  readonly branch?: string
  /** The pull request that the run is about. */
  readonly pullRequest?: {
    readonly number: number
    /** Its last commit, which people know; `commit` is a merge that GitHub made to try it out. '' when not told. */
    readonly head: string
  }
  /** Why GitHub gives this run no OpenID Connect token, no secret and no write; absent when it trusts the run. */
  readonly withheld?: Withheld
}

/** Whose run it is that GitHub does not trust: of a pull request from a fork, or of Dependabot. */
export type Withheld = 'fork' | 'dependabot'

/** A text of ours on GitHub: a comment, or an issue. */
export type Post = {
  /** Of the comment; the number, of an issue. */
  readonly id: number
  readonly url: string
  readonly body: string
  /** Did somebody else change it after we last wrote it? */
  readonly isEdited: boolean
}

export type NewIssue = {
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  readonly assignees: readonly string[]
}

/**
 * What is said about the code where it is kept. Texts of others are never given out, whatever stands in them. Every verb throws a
 * DeployError when GitHub refuses, is not reached, or asks to wait for too long; a list that was read is not read again in a run.
 */
export interface Discussion {
  /** Our own comments on a pull request that hold this text, oldest first. */
  comments(pullRequest: number, text: string): Promise<readonly Post[]>
  addComment(pullRequest: number, body: string): Promise<Post>
  editComment(comment: Post, body: string): Promise<Post>
  deleteComment(comment: Post): Promise<void>
  /** Our own open issues that hold this text, oldest first. */
  issues(text: string): Promise<readonly Post[]>
  openIssue(issue: NewIssue): Promise<Post>
  editIssue(issue: Post, content: Pick<NewIssue, 'title' | 'body'>): Promise<Post>
  /** Closes an issue with a last word. */
  closeIssue(issue: Post, note: string): Promise<void>
  /** Numbers of the merged pull requests that brought a commit to a branch. */
  mergedPullRequests(commit: string, branch: string): Promise<readonly number[]>
}

export interface Log {
  info(line: string): void
  debug(line: string): void
  /** Shown beside the run: use it for what a reader must not miss. */
  warning(title: string, text: string): void
  error(title: string, text: string): void
  /** Lines that somebody else wrote, such as a container's log: nothing in them is a command, a colour or a secret of this run. */
  untrusted(lines: readonly string[]): void
  /** Folds what `work` logs under a title, and says how long it took. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
}

/** The port to where we run. Nothing else in src/ knows about GitHub Actions. */
export interface Host {
  readonly context: RunContext
  readonly log: Log
  /** Raw text of an input, '' when it is not set. */
  input(name: string): string
  /** A variable of the job's environment, '' when it is not set. */
  variable(name: string): string
  /** From now on the host hides this text in everything it shows. */
  mask(secret: string): void
  output(name: string, value: string): void
  summary(markdown: string): Promise<void>
  /** Keeps a file for later steps of the job. @returns its path. */
  file(name: string, content: string): Promise<string>
  /** Content of a file of the job, '' when it cannot be read. */
  readFile(path: string): Promise<string>
  /** A fresh OpenID Connect token of this run for the given audience; it lives for five minutes. */
  idToken(audience: string, patience: Patience): Promise<string>
  /** Text without the secrets of this run, for what is packed so that no host could look into it. */
  redact(text: string): string
  /** From now on whatever is asked of the host's own services takes no longer than this run. */
  keepTo(patience: Patience): void
  /** The discussion, as seen by the holder of a token. */
  discussion(token: string): Promise<Discussion>
}
