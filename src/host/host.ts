import type { Patience } from '../patience.ts'

/** Where a run comes from, for links and for hints about the workflow. */
export type RunContext = {
  /** `owner/name`, or '' outside a workflow. */
  readonly repository: string
  readonly eventName: string
  readonly commit: string
  /** Page of this run, or '' outside a workflow. */
  readonly runUrl: string
}

export interface Log {
  info(line: string): void
  debug(line: string): void
  /** Shown beside the run: use it for what a reader must not miss. */
  warning(title: string, text: string): void
  error(title: string, text: string): void
  /** Folds what `work` logs under a title. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>
}

/** The port to where we run. Nothing else in src/ knows about GitHub Actions. */
export interface Host {
  readonly context: RunContext
  readonly log: Log
  /** Raw text of an input, '' when it is not set. */
  input(name: string): string
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
}
