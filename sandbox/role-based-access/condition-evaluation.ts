import { matchesAny } from '../action-pattern.ts'
import type { Attribute, Comparison, Condition, Operator } from './condition.ts'
import { parseCondition } from './condition-parser.ts'
import { ConditionError } from './condition-tokens.ts'

/** What a condition is held against. */
export type Circumstances = {
  readonly action: string
  readonly request?: Readonly<Partial<Record<Attribute, string>>>
  readonly resource?: Readonly<Partial<Record<Attribute, string>>>
}

/** Whether the text of a condition lets an action pass. No condition does; one that cannot be read never does. */
export function isFulfilled(text: string | undefined, circumstances: Circumstances): boolean {
  if (text === undefined) return true
  try {
    return evaluate(parseCondition(text), circumstances)
  } catch (error) {
    if (error instanceof ConditionError) return false
    throw error
  }
}

export function evaluate(condition: Condition, circumstances: Circumstances): boolean {
  switch (condition.kind) {
    case 'and':
      return evaluate(condition.left, circumstances) && evaluate(condition.right, circumstances)
    case 'or':
      return evaluate(condition.left, circumstances) || evaluate(condition.right, circumstances)
    case 'not':
      return !evaluate(condition.of, circumstances)
    case 'action':
      return matchesAny([condition.pattern], circumstances.action)
    case 'comparison':
      return compare(condition, circumstances)
  }
}

/** These attributes have one value or none. One that is missing compares to nothing, not even as unequal. */
function compare(comparison: Comparison, { request = {}, resource = {} }: Circumstances): boolean {
  const actual = (comparison.source === 'Request' ? request : resource)[comparison.attribute]
  if (actual === undefined) return false
  const fits = (value: string) => comparesTo(comparison.operator, actual, value)
  return comparison.quantifier.endsWith('AnyValues') ? comparison.values.some(fits) : comparison.values.every(fits)
}

function comparesTo(operator: Operator, actual: string, value: string): boolean {
  const alike = actual.toLowerCase() === value.toLowerCase()
  switch (operator) {
    case 'GuidEquals':
    case 'StringEqualsIgnoreCase':
      return alike
    case 'GuidNotEquals':
    case 'StringNotEqualsIgnoreCase':
      return !alike
    case 'StringEquals':
      return actual === value
    case 'StringNotEquals':
      return actual !== value
  }
}
