import { field, list } from '../json.ts'

/** One line for every change and each of its properties, made of the plan's document alone. JSON keeps whatever is in it on its line. */
export function planLines(document: unknown): string[] {
  return list(field(document, 'changes')).flatMap((change) => {
    const name = `${word(field(change, 'action'))} ${word(field(change, 'kind'))} ${JSON.stringify(field(change, 'name')) ?? '(none)'}`
    const properties = list(field(change, 'properties')).map((property) => {
      const path = word(list(field(property, 'path')).join('.'))
      return `${name}: ${path} ${sideOf(property, 'before')} → ${sideOf(property, 'after')}`
    })
    const created = Object.entries(Object(field(change, 'after'))).map(
      ([path, value]) => `${name}: ${word(path)} ${JSON.stringify(value)}`,
    )
    return [name, ...properties, ...created]
  })
}

/** Plain words as they are, anything else as JSON. */
function word(value: unknown): string {
  return typeof value === 'string' && /^[\w. -]+$/.test(value) ? value : (JSON.stringify(value) ?? '(none)')
}

function sideOf(property: unknown, side: 'before' | 'after'): string {
  return JSON.stringify(field(property, side)) ?? '(none)'
}
