import * as rule from './log-rules.ts'
import type { InputReader, Unchecked } from './reader.ts'
import { trueOrFalse } from './rule.ts'

/** Where the connector's log goes, and what becomes of it. */
export type Logs = {
  readonly logAnalytics: LogAnalytics
  /** Delete our workspace once it is no longer wanted; otherwise it stays, with its logs. */
  readonly deleteWorkspace: boolean
}

export type LogAnalytics =
  | { readonly to: 'nowhere' }
  /** A workspace of ours; `retention` in days. */
  | { readonly to: 'own'; readonly retention: number }
  | { readonly to: 'existing'; readonly id: string }

export function readLogs(read: InputReader): Unchecked<Logs> {
  return {
    logAnalytics: readLogAnalytics(read),
    deleteWorkspace: read.required('delete-workspace', trueOrFalse('delete-workspace')),
  }
}

function readLogAnalytics(read: InputReader): LogAnalytics | undefined {
  const where = read.required('log-analytics', rule.logAnalytics)
  const retention = read.required('log-analytics-retention', rule.retention)
  if (where === 'create') return retention === undefined ? undefined : { to: 'own', retention }
  if (where !== undefined && read.isSet('log-analytics-retention', rule.DEFAULT_RETENTION))
    read.reject('log-analytics-retention', {
      wrong: 'is set, but there is no workspace of ours to set it on.',
      allowed: 'nothing, unless `log-analytics` is `create`',
      example: 'log-analytics: create',
    })
  if (where === 'none') return { to: 'nowhere' }
  return where === undefined ? undefined : { to: 'existing', id: where }
}
