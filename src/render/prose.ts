import { block, sentence } from './markdown.ts'

/**
 * What is to be read as Markdown: sentences as such, `- ` lines as a list, indented lines as code to copy, and lines of `-` and `+`,
 * with what stands between them, as the comparison they are. The text may hold words of Azure; none of them becomes anything but words or code.
 */
export function prose(text: string): string {
  const lines = text.split(/\r\n|[\r\n]/).filter((line) => line.trim() !== '')
  const isComparison = lines.some((line) => line.startsWith('+ '))
  const formOf = (line: string): Form => {
    if (isComparison && /^[-+ ] /.test(line)) return 'diff'
    if (/^\s{2}/.test(line)) return 'code'
    return line.startsWith('- ') ? 'item' : 'sentence'
  }
  return runsOf(lines, formOf)
    .map(([form, run]) => FORMS[form](run))
    .join('\n\n')
}

type Form = 'code' | 'diff' | 'item' | 'sentence'

const FORMS: Readonly<Record<Form, (run: readonly string[]) => string>> = {
  code: (run) => block(/^\s*az /.test(run[0] ?? '') ? 'sh' : 'text', dedented(run)),
  diff: (run) => block('diff', run),
  item: (run) => run.map((line) => `- ${sentence(line.slice(2))}`).join('\n'),
  sentence: (run) => run.map(sentence).join('\n\n'),
}

function dedented(run: readonly string[]): string[] {
  const indent = Math.min(...run.map((line) => line.length - line.trimStart().length))
  return run.map((line) => line.slice(indent))
}

/** Neighbouring lines of one form, together. */
function runsOf(lines: readonly string[], formOf: (line: string) => Form): [Form, string[]][] {
  const runs: [Form, string[]][] = []
  for (const line of lines) {
    const form = formOf(line)
    const last = runs.at(-1)
    if (last?.[0] === form) last[1].push(line)
    else runs.push([form, [line]])
  }
  return runs
}
