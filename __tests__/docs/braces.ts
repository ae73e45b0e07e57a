/** A declaration or an attribute, and the lines in its braces. */
export type Entry = { readonly name: string; readonly value: string; readonly inner: readonly Entry[] }

/**
 * The declarations of a text in Terraform's or Bicep's language, which both open braces at the end of a line, or close them on it.
 * @throws Error when braces, brackets or quotes do not pair.
 */
export function declarationsIn(text: string): Entry[] {
  const lines = text.split('\n').filter((line) => !/^\s*(#|\/\/|$)/.test(line))
  const [entries, rest] = entriesFrom(lines, 0)
  if (rest !== lines.length) throw new Error(`one brace too many: ${lines[rest]}`)
  return entries
}

function entriesFrom(lines: readonly string[], from: number): [Entry[], number] {
  const entries: Entry[] = []
  let at = from
  while (at < lines.length) {
    const line = (lines[at] ?? '').trim()
    const depth = depthOf(line)
    if (depth < 0) return [entries, at]
    const { name, value } = partsOf(line)
    if (depth === 0) {
      entries.push({ name, value, inner: inlineIn(value) })
      at += 1
    } else {
      const [inner, end] = entriesFrom(lines, at + 1)
      if (end >= lines.length) throw new Error(`never closed: ${line}`)
      entries.push({ name, value, inner })
      at = end + 1
    }
  }
  return [entries, at]
}

/** How many more brackets a line opens than it closes. */
function depthOf(line: string): number {
  const bare = line.replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '')
  if (/["']/.test(bare)) throw new Error(`a quote is left open: ${line}`)
  return [...bare].reduce((depth, sign) => depth + ('{[('.includes(sign) ? 1 : '}])'.includes(sign) ? -1 : 0), 0)
}

/** `name = value`, `name: value`, or a declaration, whose name is all before the brace. */
function partsOf(line: string): { name: string; value: string } {
  const [, name = '', value = ''] = /^(@?[\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? []
  return name === '' ? { name: line.replace(/\s*=?\s*\{.*$/, ''), value: line } : { name, value }
}

/** `{ a = 1, b = 2 }` or `{ a: 1, b: 2 }` on one line. */
function inlineIn(value: string): Entry[] {
  const [, body = ''] = /^\{ (.*) \}$/.exec(value) ?? []
  return body === '' ? [] : body.split(/, (?=[\w-]+\s*[=:])/).map((part) => ({ ...partsOf(part), inner: [] }))
}
