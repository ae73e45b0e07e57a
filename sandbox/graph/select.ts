import { isJsonObject } from '../json-shape.ts'
import type { Json, Reply } from '../protocol.ts'
import { notServed } from './error.ts'

const served = ['$filter', '$select']

/** Options that would change the reply are refused before anything is done. */
export function refuseOptions(query: URLSearchParams): void {
  const option = [...query.keys()].find((name) => name.startsWith('$') && !served.includes(name))
  if (option !== undefined) throw notServed(option)
}

/** The reply cut down to what `$select` names: https://learn.microsoft.com/graph/query-parameters#select-parameter */
export function selected(reply: Reply, query: URLSearchParams): Reply {
  const names = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim())
  if (names === undefined || !isJsonObject(reply.body)) return reply
  const { value } = reply.body
  const body = Array.isArray(value)
    ? { ...reply.body, value: value.map((item: Json) => cut(item, names)) }
    : cut(reply.body, names)
  return { ...reply, body }
}

function cut(item: Json, names: readonly string[]): Json {
  if (!isJsonObject(item)) return item
  return Object.fromEntries(Object.entries(item).filter(([name]) => name.startsWith('@') || names.includes(name)))
}
