import { isFields } from './json.ts'

/**
 * The innermost values by their path, `/properties/containers/0/name`. Empty objects and arrays count as values, so that
 * `tags: {}` is seen.
 */
export function leavesOf(value: unknown, path = ''): Map<string, unknown> {
  const inner = entriesOf(value)
  if (inner.length === 0) return new Map([[path, value]])
  return new Map(inner.flatMap(([key, item]) => [...leavesOf(item, `${path}/${key}`)]))
}

/**
 * What a reply must say because the request said so: the values that a recorded request and its recorded reply share, as
 * they are in the request that was sent now.
 */
export function determinedLeaves(recorded: { request: unknown; reply: unknown }, sent: unknown): Map<string, unknown> {
  const asked = leavesOf(recorded.request)
  const answered = leavesOf(recorded.reply)
  const isEchoed = (path: string): boolean =>
    answered.has(path) && JSON.stringify(answered.get(path)) === JSON.stringify(asked.get(path))
  return new Map([...leavesOf(sent)].filter(([path]) => isEchoed(path)))
}

/** The paths of everything, in the order of the wire, without the paths that `isLeftOut` names and what is below them. */
export function keysOf(value: unknown, isLeftOut: (path: string) => boolean, path = ''): string[] {
  return entriesOf(value).flatMap(([key, item]) => {
    const own = `${path}/${key}`
    return isLeftOut(own) ? [] : [own, ...keysOf(item, isLeftOut, own)]
  })
}

/** A copy in which every occurrence of a text, in keys and values alike, is replaced. */
export function replaced(value: unknown, replacements: Readonly<Record<string, string>>): unknown {
  if (value === undefined) return undefined
  let text = JSON.stringify(value)
  for (const [from, to] of Object.entries(replacements)) text = text.replaceAll(from, to)
  return JSON.parse(text)
}

function entriesOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map((item, index) => [String(index), item])
  return isFields(value) ? Object.entries(value) : []
}
