import { oneLine, shortened, visible } from './visible.ts'

/**
 * Text of others appears in Markdown as code only: there nothing renders, links or mentions, also on GitHub, which still mentions a
 * `\@name` that any library would have escaped. https://github.github.com/gfm/#code-spans
 */
export function code(text: string): string {
  const line = oneLine(text)
  const fence = '`'.repeat(longestRun(line) + 1)
  if (line === '') return '` `'
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${line}${pad}${fence}`
}

/** A fenced block that its content cannot close. */
export function block(language: string, lines: readonly string[]): string {
  const shown = lines.map(visible)
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1))
  return [`${fence}${language}`, ...shown, fence].join('\n')
}

const TOKENS = /`[^`]+`|"[^"]+"|[^\s`"]+|["`]|\s+/g

/** A word as one finds it in prose. No number with a period after it, which begins a list, and nothing that GitHub takes for a commit or an issue. */
const WORD = /^\(?(?!\d+[.)]|(?=[a-f]*\d)[\da-f]{7})[\p{L}\p{N}]+(?:['’/-]\p{L}+)*[),.:;!?…]*$/iu
const PUNCTUATION = /^[(),.:;!?…→·–—]+$/

/** A sentence of ours that may name things of others. Plain words stay; quoted names, paths, addresses and whatever else has signs in it become code. */
export function sentence(text: string): string {
  const tokens = oneLine(shortened(text, 4_000)).match(TOKENS) ?? []
  return tokens.reduce((before, token) => {
    const shown = shownToken(token)
    // Two spans of code that touch would be one.
    const gap = before.endsWith('`') && shown.startsWith('`') ? ' ' : ''
    return `${before}${gap}${shown}`
  }, '')
}

function shownToken(token: string): string {
  if (token.trim() === '' || WORD.test(token) || PUNCTUATION.test(token)) return token
  if (token.length > 2 && /^(`.*`|".*")$/.test(token)) return code(token.slice(1, -1))
  const [, open = '', core = token, close = ''] = /^(\(*)(.+?)([),.:;!?…]*)$/.exec(token) ?? []
  return `${open}${code(core.replace(/^'(.+)'$/, '$1'))}${close}`
}

/** Inside an HTML tag that begins a block, where no Markdown is read: every sign that could be HTML goes by its number. */
export function htmlCode(text: string): string {
  const escaped = oneLine(text).replaceAll(/[^\p{L}\p{N} .,:/_-]/gu, (sign) => `&#${sign.codePointAt(0)};`)
  return `<code>${escaped}</code>`
}

export function link(title: string, url: string): string {
  // Parentheses are legal in names of resource groups, and would end the link.
  return `[${title}](${encodeURI(url.toWellFormed()).replaceAll('(', '%28').replaceAll(')', '%29')})`
}

/** Every line as part of a quotation. */
export function quote(text: string): string {
  return text.replaceAll(/^/gm, '> ').replaceAll(/ +$/gm, '')
}

/** A coloured box around quoted texts: https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts */
export function alert(kind: 'NOTE' | 'WARNING' | 'CAUTION', quoted: readonly string[]): string[] {
  return quoted.length === 0 ? [] : [[`> [!${kind}]`, ...quoted].join('\n')]
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
}
