import { alphabetically } from './canonical.ts'
import { isReference, isSensitive, type Value } from './resource.ts'

/** One path whose value differs. An absent side means that the property is not there at all. */
export type Difference = { readonly path: readonly string[]; readonly before?: Value; readonly after?: Value }

type Branch = { readonly [name: string]: Value }

/**
 * Every property that differs, in alphabetical order of its path. Lists are compared as a whole.
 * A sensitive value that is unknown on the `after` side was not given in this run and so is not a difference.
 */
export function diff(before: Value | undefined, after: Value | undefined, path: readonly string[] = []): Difference[] {
  if (isSensitive(before) || isSensitive(after)) return sensitiveDiff(before, after, path)
  if (isBranch(before) && isBranch(after)) {
    const [left, right]: [Branch, Branch] = [before, after]
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort(alphabetically)
    return names.flatMap((name) => diff(own(left, name), own(right, name), [...path, name]))
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
  if (isReference(before) && isReference(after)) {
    return before.reference === after.reference && before.attribute === after.attribute
  }
  return before === after
}

/** Names are somebody's choice: `constructor` must not find what every object inherits. */
function own(record: Branch, name: string): Value | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isBranch(value: Value | undefined): value is Branch {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isReference(value)
}
