import type { Outcome } from '../engine/apply.ts'
import type { Action } from '../engine/plan.ts'
import type { Cause } from '../spec/drift-causes.ts'

type Signs = {
  /** In diffs and in the log. */
  readonly symbol: string
  /** Where Markdown knows no colours. */
  readonly mark: string
  /** SGR code of the log: https://en.wikipedia.org/wiki/ANSI_escape_code#Colors */
  readonly colour: number
}

/** Words and signs of every action, the same on every face of a plan. */
export const ACTIONS: Readonly<Record<Action, Signs & { readonly toDo: string; readonly verb: string }>> = {
  create: { symbol: '+', mark: '🟢', colour: 32, toDo: 'to create', verb: 'create' },
  update: { symbol: '~', mark: '🟡', colour: 33, toDo: 'to update', verb: 'update' },
  replace: { symbol: '±', mark: '🟣', colour: 35, toDo: 'to replace', verb: 'replace' },
  delete: { symbol: '-', mark: '🔴', colour: 31, toDo: 'to delete', verb: 'delete' },
  'no-op': { symbol: '=', mark: '⚪', colour: 2, toDo: 'unchanged', verb: 'unchanged' },
}

/** `word` completes "it was …". */
export const RESULTS: Readonly<Record<Outcome['result'], { readonly mark: string; readonly word: string }>> = {
  created: { mark: '✅', word: 'created' },
  updated: { mark: '✅', word: 'updated' },
  replaced: { mark: '✅', word: 'replaced' },
  deleted: { mark: '✅', word: 'deleted' },
  removed: { mark: '🟠', word: 'removed and not made again yet' },
  unchanged: { mark: '⚪', word: 'left unchanged' },
  failed: { mark: '❌', word: 'not finished' },
  skipped: { mark: '⏸️', word: 'not tried' },
}

/** Whose doing a difference is, in a drift run. */
export const CAUSES: Readonly<Record<Cause, { readonly mark: string; readonly word: string }>> = {
  drift: { mark: '🟠', word: 'drift' },
  pending: { mark: '🔵', word: 'pending' },
  both: { mark: '🟠', word: 'drift and pending' },
}

/** Kinds as people call them. */
const KINDS: Readonly<Record<string, string>> = {
  'container-group': 'container group',
  'role-assignment': 'role assignment',
  'directory-role-assignment': 'directory role',
  'log-analytics-workspace': 'Log Analytics workspace',
}

export function kindOf({ kind }: { readonly kind: string }): string {
  return KINDS[kind] ?? kind
}
