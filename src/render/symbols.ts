import type { Outcome } from '../engine/apply.ts'
import type { Action } from '../engine/plan.ts'

/** Words and signs of every action, the same on every face of a plan. */
export const ACTIONS: Readonly<
  Record<Action, { readonly symbol: string; readonly toDo: string; readonly verb: string }>
> = {
  create: { symbol: '+', toDo: 'to create', verb: 'create' },
  update: { symbol: '~', toDo: 'to update', verb: 'update' },
  replace: { symbol: '±', toDo: 'to replace', verb: 'replace' },
  delete: { symbol: '-', toDo: 'to delete', verb: 'delete' },
  'no-op': { symbol: '=', toDo: 'unchanged', verb: 'unchanged' },
}

export const RESULTS: Readonly<Record<Outcome['result'], string>> = {
  created: 'created',
  updated: 'updated',
  replaced: 'replaced',
  deleted: 'deleted',
  removed: 'removed and not made again yet',
  unchanged: 'left unchanged',
  failed: 'not finished',
  skipped: 'not tried',
}

/** Kinds as people call them. */
export const KINDS: Readonly<Record<string, string>> = {
  'container-group': 'container group',
  'role-assignment': 'role assignment',
  'directory-role-assignment': 'directory role',
  'log-analytics-workspace': 'Log Analytics workspace',
}
