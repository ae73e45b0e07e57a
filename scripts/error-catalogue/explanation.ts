import type { ErrorCode } from '../../src/errors.ts'

/** What `docs/errors.md` says of one code, as Markdown. A run prints the particulars; this is what holds for all of them. */
export type Explanation = {
  /** One sentence. */
  readonly meaning: string
  /** Likeliest first. */
  readonly causes: readonly string[]
  /** What to do, with the command or the workflow lines. */
  readonly fix: string
}

export type Explanations = Readonly<Partial<Record<ErrorCode, Explanation>>>
