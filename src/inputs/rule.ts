import type { Broken, Rule } from './reader.ts'

export const broken = (...wrong: string[]): Broken => ({ wrong })

/** A text that has to match a pattern and is taken as it is, or as `settle` makes it. */
export function pattern(
  allowed: string,
  example: string,
  expression: RegExp,
  settle = (text: string) => text,
): Rule<string> {
  const parse = (text: string) => (expression.test(text) ? settle(text) : broken('does not have the right form.'))
  return { allowed, example, parse }
}

export function choice<T extends string>(values: readonly T[], example: string): Rule<T> {
  const parse = (text: string) => values.find((value) => value === text) ?? broken('is none of the choices.')
  return { allowed: values.join(', '), example, parse }
}

export function trueOrFalse(input: string): Rule<boolean> {
  const parse = (given: string) =>
    given === 'true' ? true : given === 'false' ? false : broken('is neither true nor false.')
  return { allowed: 'true, false', example: `${input}: true`, parse }
}
