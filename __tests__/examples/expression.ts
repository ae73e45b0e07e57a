/** A value of an expression: JSON, as a workflow knows it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value }
export type Contexts = Readonly<Record<string, Value>>

const TOKEN =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<number>\d+(?:\.\d+)?)|(?<sign>&&|\|\||==|!=|!|\(|\)|\[|\]|\.)|(?<name>[A-Za-z_][\w-]*))/y

/** A text with `${{ … }}` in it. One that is nothing else keeps the kind of its value. */
export function evaluated(text: string, contexts: Contexts): Value {
  const [, whole] = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(text.trim()) ?? []
  if (whole !== undefined) return computed(whole, contexts)
  return text.replaceAll(/\$\{\{((?:(?!\}\}).)*)\}\}/gs, (_all, inner: string) => asText(computed(inner, contexts)))
}

/**
 * The few expressions that our workflows use, as GitHub evaluates them:
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions
 * @throws Error for anything else, so that nothing is evaluated wrongly.
 */
export function computed(source: string, contexts: Contexts): Value {
  const tokens = tokensOf(source)
  const next = (...signs: readonly string[]) => (signs.includes(tokens[0] ?? '') ? tokens.shift() : undefined)
  const expect = (sign: string) => {
    if (next(sign) === undefined) throw new Error(`${sign} is missing in ${source}`)
  }
  const or = (): Value => {
    let left = and()
    while (next('||')) {
      const right = and()
      left = isTruthy(left) ? left : right
    }
    return left
  }
  const and = (): Value => {
    let left = equality()
    while (next('&&')) {
      const right = equality()
      left = isTruthy(left) ? right : left
    }
    return left
  }
  const equality = (): Value => {
    const left = unary()
    const sign = next('==', '!=')
    return sign === undefined ? left : isEqual(left, unary()) === (sign === '==')
  }
  const unary = (): Value => (next('!') ? !isTruthy(unary()) : primary())
  const primary = (): Value => {
    if (next('(')) {
      const inner = or()
      expect(')')
      return inner
    }
    const token = tokens.shift() ?? ''
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (/^\d/.test(token)) return Number(token)
    if (token === 'true' || token === 'false') return token === 'true'
    if (!Object.hasOwn(contexts, token)) throw new Error(`${token || 'the end'} is not known in ${source}`)
    return path(contexts[token] ?? null)
  }
  const path = (from: Value): Value => {
    if (next('.')) return path(member(from, tokens.shift() ?? ''))
    if (!next('[')) return from
    const key = or()
    expect(']')
    return path(member(from, asText(key)))
  }
  const value = or()
  if (tokens.length > 0) throw new Error(`${tokens[0]} is one too many in ${source}`)
  return value
}

function tokensOf(source: string): string[] {
  const tokens: string[] = []
  const text = source.trim()
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(text)
    if (match === null) throw new Error(`${text.slice(at)} is no expression`)
    tokens.push(match[0].trim())
  }
  return tokens
}

function member(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  return Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? null
}

export function isTruthy(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== ''
}

/** Texts are equal in any casing. Kinds are not mixed in our workflows. */
function isEqual(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return left.toLowerCase() === right.toLowerCase()
  if (typeof left !== typeof right && left !== null && right !== null)
    throw new Error(`${typeof left} == ${typeof right} is not supported`)
  return left === right
}

export function asText(value: Value): string {
  return value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value)
}
