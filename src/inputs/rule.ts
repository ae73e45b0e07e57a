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

/** Texts on lines of their own or behind commas. */
export function items(given: string): string[] {
  return given
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** Such a list, each text once, with a rule for each of them. */
export function listOf(
  allowed: string,
  example: string,
  problem: (item: string) => string | undefined,
): Rule<string[]> {
  return {
    allowed,
    example,
    parse(given) {
      const found = items(given)
      if (found.length === 0) return broken('holds nothing.')
      const wrong = found.flatMap((item) => {
        const what = problem(item)
        return what === undefined ? [] : [`has ${JSON.stringify(item)}, ${what}`]
      })
      return wrong.length > 0 ? { wrong } : [...new Map(found.map((item) => [item.toLowerCase(), item])).values()]
    },
  }
}
