import { alphabetically } from './canonical.ts'
import { isSensitive, type Value } from './resource.ts'

/** One path whose value differs. An absent side means that the property is not there at all. */
export type Difference = { readonly path: readonly string[]; readonly before?: Value; readonly after?: Value }

type Record_ = { readonly [name: string]: Value }

/**
 * Every property that differs, in alphabetical order of its path. Lists are compared as a whole.
 * A sensitive value that is unknown on the `after` side was not given in this run and so is not a difference.
 */
export function diff(before: Value | undefined, after: Value | undefined, path: readonly string[] = []): Difference[] {
  if (isSensitive(before) || isSensitive(after)) return sensitiveDiff(before, after, path)
  if (isRecord(before) && isRecord(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(alphabetically)
    return names.flatMap((name) => diff(own(before, name), own(after, name), [...path, name]))
  }
  return same(before, after) ? [] : [difference(path, before, after)]
}

function sensitiveDiff(before: Value | undefined, after: Value | undefined, path: readonly string[]): Difference[] {
  if (isSensitive(after) && after.fingerprint === null && isSensitive(before)) return []
  if (isSensitive(before) && isSensitive(after) && before.fingerprint === after.fingerprint) return []
  return [difference(path, before, after)]
}

function difference(path: readonly string[], before: Value | undefined, after: Value | undefined): Difference {
  return { path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
}

function same(before: Value | undefined, after: Value | undefined): boolean {
  if (Array.isArray(before) && Array.isArray(after)) {
    return before.length === after.length && before.every((item, index) => diff(item, after[index]).length === 0)
  }
  return before === after
}

/** Names are somebody's choice: `constructor` must not find what every object inherits. */
function own(record: Record_, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isRecord(value: Value | undefined): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
