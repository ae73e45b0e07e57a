/** A condition that cannot be used: wrong by Azure's own grammar, or right and not known to the sandbox. */
export class ConditionError extends Error {
  readonly reason: 'malformed' | 'not-served'
  constructor(reason: 'malformed' | 'not-served', message: string) {
    super(message)
    this.name = 'ConditionError'
    this.reason = reason
  }
}

export type Token = {
  readonly kind: 'symbol' | 'attribute' | 'string' | 'guid' | 'word' | 'end'
  readonly text: string
  readonly at: number
}

const patterns = [
  ['symbol', /&&|\|\||[!(){},]/y],
  ['attribute', /@[A-Za-z]+\[[^\]]*\]/y],
  ['string', /'(?:[^'\\]|\\.)*'/y],
  ['guid', /[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![\w-])/y],
  ['word', /[A-Za-z]+(?::[A-Za-z]+)?/y],
] as const

/** Cuts the text of a condition into what the grammar speaks of; the last token is the end. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let at = afterBlanks(text, 0)
  while (at < text.length) {
    const token = tokenAt(text, at)
    tokens.push(token)
    at = afterBlanks(text, at + token.text.length)
  }
  return [...tokens, { kind: 'end', text: 'the end', at }]
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, { source, flags }] of patterns) {
    const pattern = new RegExp(source, flags)
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) return { kind, text: found, at }
  }
  throw new ConditionError('malformed', `unexpected '${text.charAt(at)}' at position ${at}`)
}

function afterBlanks(text: string, from: number): number {
  const rest = text.slice(from)
  return from + rest.length - rest.trimStart().length
}
