import type { Host } from '../host/host.ts'

/** Where inputs come from. */
export type InputHost = Pick<Host, 'input' | 'variable' | 'mask'>

/** What is wrong with one input, in words. `given` is absent for secrets. */
export type Problem = {
  readonly input: string
  readonly given?: string
  readonly wrong: string
  readonly allowed: string
  readonly example: string
}

/** A part of the inputs before all problems are told: what has one is undefined. */
export type Unchecked<T> = { readonly [Name in keyof T]: T[Name] | undefined }

/** A text that breaks a rule; more than one for inputs that hold a list. */
export type Broken = { readonly wrong: readonly string[] }

/** How to read one input: what is allowed in words, an example as it stands in a workflow, and the parser. */
export type Rule<T> = {
  readonly allowed: string
  readonly example: string
  /** For texts that may hold a secret: the problem is told without what was given. */
  readonly conceal?: boolean
  /** For texts in which blanks at the ends mean something: they are not cut off. */
  readonly verbatim?: boolean
  parse(text: string): T | Broken
}

/** Reads inputs one by one and collects every problem, so that the user sees all of them at once. */
export class InputReader {
  readonly problems: Problem[] = []
  readonly #host: InputHost
  readonly #defaults: Readonly<Record<string, string>>

  constructor(host: InputHost, defaults: Readonly<Record<string, string>>) {
    this.#host = host
    this.#defaults = defaults
  }

  optional<T>(input: string, rule: Rule<T>): T | undefined {
    const text = this.#host.input(input).trim() === '' ? (this.#defaults[input] ?? '') : this.#host.input(input)
    if (text === '') return undefined
    return this.#parse(input, rule.verbatim === true ? text : text.trim(), rule)
  }

  required<T>(input: string, rule: Rule<T>): T | undefined {
    return this.optional(input, rule) ?? this.#missing(input, rule)
  }

  /** Masked before anything else happens to it. */
  secret<T>(input: string, rule: Rule<T>): T | undefined {
    const text = this.#host.input(input).trim()
    if (text !== '') this.#host.mask(text)
    return this.optional(input, { ...rule, conceal: true })
  }

  requiredSecret<T>(input: string, rule: Rule<T>): T | undefined {
    return this.secret(input, rule) ?? this.#missing(input, rule)
  }

  /** For secrets inside an input. */
  mask(secret: string): void {
    this.#host.mask(secret)
  }

  /** What stands there, unjudged. */
  raw(input: string): string {
    return this.#host.input(input)
  }

  /** A variable of the job, '' when it is not set. */
  variable(name: string): string {
    return this.#host.variable(name)
  }

  secretVariable(name: string): string | undefined {
    const text = this.#host.variable(name)
    if (text === '') return undefined
    this.#host.mask(text)
    return text
  }

  /** The value of another input, held against the rule of this one. */
  derived<T>(input: string, from: string, text: string | undefined, rule: Rule<T>): T | undefined {
    if (text === undefined) return undefined
    return this.#parse(input, text, rule, `is taken from ${from} when it is not set; that value`)
  }

  /** The runner fills in the defaults of action.yml, so a default counts as not set. */
  isSet(input: string, fallback = ''): boolean {
    const given = this.#host.input(input).trim()
    return given !== '' && given !== fallback
  }

  /** For inputs that are right alone, but not together with others. */
  reject(input: string, problem: Omit<Problem, 'input' | 'given'>): void {
    this.problems.push({ input, given: JSON.stringify(shorten(this.#host.input(input).trim())), ...problem })
  }

  /** For what must not happen by mistake: the input has to repeat another. */
  confirm(input: string, expected: string | undefined): void {
    const given = this.#host.input(input).trim()
    if (expected === undefined || given === expected) return
    const wrong =
      given === '' ? 'is needed to destroy, so that nothing is lost by mistake.' : 'is not the id of the connector.'
    this.problems.push({ input, wrong, allowed: 'the connector-id, once more', example: `${input}: ${expected}` })
  }

  /** For inputs that only others make necessary. */
  require(input: string, rule: Rule<unknown>): void {
    this.#missing(input, rule)
  }

  #parse<T>(input: string, text: string, rule: Rule<T>, prefix = ''): T | undefined {
    const value = rule.parse(text)
    if (!isBroken(value)) return value
    const given = rule.conceal === true ? {} : { given: JSON.stringify(shorten(text)) }
    for (const wrong of value.wrong) {
      const words = [prefix, wrong].filter((part) => part !== '').join(' ')
      this.problems.push({ input, ...given, wrong: words, allowed: rule.allowed, example: rule.example })
    }
    return undefined
  }

  #missing(input: string, { allowed, example }: Rule<unknown>): undefined {
    if (this.problems.some((problem) => problem.input === input)) return
    const wrong =
      'is empty. If it comes from `vars` or `secrets`, check that the name exists and is visible to this job.'
    this.problems.push({ input, wrong, allowed, example })
  }
}

function isBroken<T>(value: T | Broken): value is Broken {
  return typeof value === 'object' && value !== null && 'wrong' in value && Array.isArray(value.wrong)
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
