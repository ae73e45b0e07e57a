import {
  type Attribute,
  attributes,
  type Comparison,
  type Condition,
  type Operator,
  operators,
  type Quantifier,
  quantifiers,
} from './condition.ts'
import { ConditionError, type Token, tokensOf } from './condition-tokens.ts'

/** Parts of the grammar that Azure has and the sandbox does not evaluate. */
const notServed =
  /^(@(Principal|Environment)\b|SubOperationMatches$|(Not)?Exists$|(\w+:)?(String(Not)?(Like|StartsWith)\w*|Numeric\w+|DateTime\w+|Bool\w+|IpInRange|IpNotInRange|List(Not)?Contains\w*)$)/

/** The tokens of one condition and how far they are read. */
type Reader = { readonly tokens: readonly Token[]; next: number }

/**
 * Reads a condition; `!` binds stronger than AND, AND stronger than OR:
 * https://learn.microsoft.com/azure/role-based-access-control/conditions-format
 */
export function parseCondition(text: string): Condition {
  const reader: Reader = { tokens: tokensOf(text), next: 0 }
  const condition = disjunction(reader)
  if (peek(reader).kind !== 'end') throw unexpected(peek(reader), 'AND, OR or the end')
  return condition
}

function disjunction(reader: Reader): Condition {
  let left = conjunction(reader)
  while (takeAny(reader, 'OR', '||')) left = { kind: 'or', left, right: conjunction(reader) }
  return left
}

function conjunction(reader: Reader): Condition {
  let left = negation(reader)
  while (takeAny(reader, 'AND', '&&')) left = { kind: 'and', left, right: negation(reader) }
  return left
}

function negation(reader: Reader): Condition {
  if (takeAny(reader, '!', 'NOT')) return { kind: 'not', of: negation(reader) }
  if (takeAny(reader, '(')) {
    const inner = disjunction(reader)
    expect(reader, ')')
    return inner
  }
  return takeAny(reader, 'ActionMatches') ? actionMatch(reader) : comparison(reader)
}

function actionMatch(reader: Reader): Condition {
  expect(reader, '{')
  const pattern = textOf(take(reader))
  expect(reader, '}')
  return { kind: 'action', pattern }
}

function comparison(reader: Reader): Comparison {
  const subject = take(reader)
  const [, source, attribute] =
    /^@(Request|Resource)\[Microsoft\.Authorization\/roleAssignments:(\w+)\]$/i.exec(subject.text) ?? []
  const known = attributes.find((each): each is Attribute => each.toLowerCase() === attribute?.toLowerCase())
  if (source === undefined || known === undefined) throw unexpected(subject, 'an attribute of role assignments')
  const word = take(reader)
  const [first = '', second] = word.text.split(':')
  const quantifier = second === undefined ? undefined : quantifiers.find((each): each is Quantifier => each === first)
  const operator = operators.find((each): each is Operator => each === (second ?? first))
  if (operator === undefined || (second !== undefined && quantifier === undefined))
    throw unexpected(word, 'an operator')
  const values = quantifier === undefined ? [take(reader)] : valueSet(reader)
  return {
    kind: 'comparison',
    source: source.toLowerCase() === 'request' ? 'Request' : 'Resource',
    attribute: known,
    quantifier: quantifier ?? 'ForAnyOfAnyValues',
    operator,
    values: values.map((value) => (operator.startsWith('Guid') ? guidOf(value) : textOf(value))),
  }
}

function valueSet(reader: Reader): Token[] {
  expect(reader, '{')
  const values = [take(reader)]
  while (takeAny(reader, ',')) values.push(take(reader))
  expect(reader, '}')
  return values
}

function textOf(token: Token): string {
  if (token.kind !== 'string') throw unexpected(token, 'a text in quotes')
  return token.text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}

function guidOf(token: Token): string {
  if (token.kind !== 'guid') throw unexpected(token, 'a GUID')
  return token.text
}

function peek({ tokens, next }: Reader): Token {
  return tokens[next] ?? { kind: 'end', text: 'the end', at: 0 }
}

function take(reader: Reader): Token {
  const token = peek(reader)
  reader.next += 1
  return token
}

/** Takes the next token if it is one of these symbols or words. */
function takeAny(reader: Reader, ...texts: readonly string[]): boolean {
  const { kind, text } = peek(reader)
  const isMeant = (kind === 'symbol' || kind === 'word') && texts.includes(text)
  if (isMeant) reader.next += 1
  return isMeant
}

function expect(reader: Reader, symbol: string): void {
  const token = peek(reader)
  if (!takeAny(reader, symbol)) throw unexpected(token, `'${symbol}'`)
}

function unexpected(token: Token, instead: string): ConditionError {
  const reason = notServed.test(token.text) ? 'not-served' : 'malformed'
  return new ConditionError(reason, `expected ${instead} instead of ${token.text} at position ${token.at}`)
}
