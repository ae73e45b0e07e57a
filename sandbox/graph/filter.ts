import type { JsonObject } from '../protocol.ts'
import { graphError } from './error.ts'

/** Clauses `property eq 'value'` or `property in ('a', 'b')`, joined by `and`, on properties that may be filtered by. */
export function filterOf(filter: string | null, properties: readonly string[]): (item: JsonObject) => boolean {
  const clauses = filter === null ? [] : filter.trim().split(/\s+and\s+/i)
  const tests = clauses.map((clause) => {
    const [, property = '', single, several] = /^(\w+)\s+(?:eq\s+'([^']*)'|in\s*\(([^)]*)\))$/i.exec(clause) ?? []
    if (!properties.includes(property)) {
      throw graphError(400, 'Request_UnsupportedQuery', `Unsupported or invalid query filter clause: '${clause}'.`)
    }
    const values = single === undefined ? listed(several ?? '') : [single]
    return (item: JsonObject) => values.some((value) => String(item[property]).toLowerCase() === value.toLowerCase())
  })
  return (item) => tests.every((test) => test(item))
}

function listed(values: string): string[] {
  return [...values.matchAll(/'([^']*)'/g)].map(([, value = '']) => value)
}
