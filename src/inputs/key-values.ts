import { parseJson } from '../json.ts'
import type { Broken, Rule } from './reader.ts'

type Entry = readonly [name: string, value: string]
/** What is wrong with one entry, completing "entry 3 …". */
type EntryProblem = (name: string, value: string) => string | undefined
type ListProblems = (names: readonly string[]) => readonly string[]

/**
 * Lines of KEY=VALUE, or one JSON object of strings. A value is everything behind the first `=`, unchanged; empty lines and
 * lines that begin with `#` are passed over. What is given is never repeated, as values may be private.
 */
export function keyValues(
  problemOf: EntryProblem,
  listProblems: ListProblems = () => [],
): Rule<Record<string, string>> {
  return {
    allowed: 'lines of KEY=VALUE, or one JSON object of strings',
    example: '|\n        TEAM=platform\n        STAGE=production',
    conceal: true,
    verbatim: true,
    parse(text) {
      const entries = text.trimStart().startsWith('{') ? jsonEntries(text) : lineEntries(text)
      if (!Array.isArray(entries)) return entries
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
  const used = lines.filter(({ line }) => line.trim() !== '' && !line.trimStart().startsWith('#'))
  const wrong = used
    .filter(({ line }) => line.indexOf('=') < 1)
    .map(({ number }) => `has no KEY= at the beginning of line ${number}.`)
  if (wrong.length > 0) return { wrong }
  return used.map(({ line }) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1)] as const)
}

function jsonEntries(text: string): Entry[] | Broken {
  const parsed = parseJson(text)
  if (typeof parsed !== 'object' || parsed === null) return { wrong: ['begins with { but is not valid JSON.'] }
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
