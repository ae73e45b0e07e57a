import * as rule from './discussion-rules.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'

/** When a pull request gets a comment. */
export type CommentMode = 'auto' | 'always' | 'on-change' | 'never'

/** What is said on GitHub besides the run's own page. */
export type Speaking = {
  /** Secret. Undefined outside of a workflow, and then nothing is said. */
  readonly githubToken: string | undefined
  readonly comment: CommentMode
  /** Keep an issue open as long as there is drift. */
  readonly driftIssue: boolean
  readonly driftIssueLabels: readonly string[]
  readonly driftIssueAssignees: readonly string[]
}

export function readSpeaking(read: InputReader): Unchecked<Speaking> {
  return {
    githubToken: read.secret('github-token', rule.githubToken),
    comment: read.required('comment', rule.comment),
    driftIssue: read.required('drift-issue', trueOrFalse('drift-issue')),
    driftIssueLabels: read.optional('drift-issue-labels', rule.labels) ?? [],
    driftIssueAssignees: read.optional('drift-issue-assignees', rule.assignees) ?? [],
  }
}
