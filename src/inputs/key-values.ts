import { parseJson } from '../json.ts'
import type { Broken, Rule } from './reader.ts'

type Entry = readonly [name: string, value: string]
/** What is wrong with one entry, completing "entry 3 …". */
type EntryProblem = (name: string, value: string) => string | undefined
type ListProblems = (names: readonly string[]) => readonly string[]
/** Every scalar of a YAML text as it is written, `1.10` and `yes` as well; undefined when the text is no YAML. */
export type ParseYaml = (text: string) => unknown

type Parts = {
  readonly parseYaml: ParseYaml
  /** Told of each value before anything is judged. */
  readonly arrived?: (value: string) => void
  readonly problemOf: EntryProblem
  readonly listProblems?: ListProblems
}

type Form = 'json' | 'yaml' | 'lines'

/**
 * JSON begins with `{`. Otherwise the first line that is neither empty nor a comment decides: a colon with a blank or nothing behind
 * it, before any `=`, makes it YAML. So `A=b: c` is a line and `A: b=c` is YAML, whatever follows.
 */
export function formOf(text: string): Form {
  if (text.trimStart().startsWith('{')) return 'json'
  const [first = ''] = text.split(/\r?\n/).filter(hasContent)
  return /^\s*---(\s|$)|^[^=]*?:(\s|$)/.test(first) ? 'yaml' : 'lines'
}

/**
 * Lines of KEY=VALUE, one JSON object of strings, or a YAML map. A value is everything behind the first `=`, unchanged; empty lines
 * and lines that begin with `#` are passed over. What is given is never repeated, as values may be private.
 */
export function keyValues({
  parseYaml,
  arrived = () => undefined,
  problemOf,
  listProblems = () => [],
}: Parts): Rule<Record<string, string>> {
  const parsers: Record<Form, (text: string) => Entry[] | Broken> = {
    json: jsonEntries,
    yaml: (text) => yamlEntries(text, parseYaml),
    lines: lineEntries,
  }
  return {
    allowed: 'lines of KEY=VALUE, one JSON object of strings, or a YAML map',
    example: '|\n        TEAM=platform\n        STAGE=production',
    conceal: true,
    verbatim: true,
    parse(text) {
      const entries = parsers[formOf(text)](text)
      if (!Array.isArray(entries)) return entries
      for (const [, value] of entries) arrived(value)
      const names = entries.map(([name]) => name)
      const wrong = entries.flatMap((entry, index) => {
        const problem = problemOf(...entry)
        return problem === undefined ? [] : [`entry ${index + 1} ${problem}`]
      })
      const problems = [...repeated(names), ...listProblems(names), ...wrong]
      return problems.length > 0 ? { wrong: problems } : Object.fromEntries(entries)
    },
  }
}

function lineEntries(text: string): Entry[] | Broken {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line, number: index + 1 }))
  const used = lines.filter(({ line }) => hasContent(line))
  const wrong = used
    .filter(({ line }) => line.indexOf('=') < 1)
    .map(({ number }) => `has no KEY= at the beginning of line ${number}.`)
  if (wrong.length > 0) return { wrong }
  return used.map(({ line }) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)] as const)
}

function hasContent(line: string): boolean {
  return line.trim() !== '' && !line.trimStart().startsWith('#')
}

function jsonEntries(text: string): Entry[] | Broken {
  const parsed = parseJson(text)
  if (typeof parsed !== 'object' || parsed === null) return { wrong: ['begins with { but is not valid JSON.'] }
  return textEntries(parsed)
}

function yamlEntries(text: string, parseYaml: ParseYaml): Entry[] | Broken {
  const parsed = parseYaml(text)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return { wrong: ['begins like YAML (a colon before any =) but is no valid YAML map.'] }
  return textEntries(parsed)
}

function textEntries(parsed: object): Entry[] | Broken {
  const entries = Object.entries(parsed)
  const wrong = entries
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => `has a value that is not a string, at ${JSON.stringify(name)}. Put it in quotes.`)
  return wrong.length > 0 ? { wrong } : entries.map(([name, value]) => [name, String(value)] as const)
}

/** Told by place: a broken line may have put something private where a name belongs. */
function repeated(names: readonly string[]): string[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    return first === index ? [] : [`entry ${index + 1} has the name of entry ${first + 1}.`]
  })
}
