import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { marked, type Token, type Tokens } from 'marked'

export const root = join(import.meta.dirname, '../..')

/** A page that people read. `path` is relative to the repository. */
export type Page = { readonly path: string; readonly tokens: readonly Token[] }

/** Every Markdown file of ours; the golden ones are tests. */
export function pages(): Page[] {
  const found = globSync(['*.md', '{docs,examples,sandbox,schemas}/**/*.md'], { cwd: root })
  return found.map((path) => pageOf(path, readFileSync(join(root, path), 'utf8')))
}

export function pageOf(path: string, markdown: string): Page {
  return { path, tokens: tokensOf(markdown) }
}

/** What stands as code in the sentences of a page. */
export function codeIn({ tokens }: Page): string[] {
  return tokens.filter(isCodeSpan).map(({ text }) => text)
}

export type Block = { readonly page: string; readonly language: string; readonly text: string }

/** The fenced blocks of a page, those inside lists and quotes too. */
export function blocksOf({ path, tokens }: Page): Block[] {
  return tokens.filter(isCode).map(({ lang = '', text }) => ({ page: path, language: lang, text }))
}

/** The one block of a page that is written in a language and has this text in it. @throws Error when there is none, or another. */
export function blockWith(path: string, language: string, part: string): string {
  const page = pages().find((each) => each.path === path)
  const found = (page === undefined ? [] : blocksOf(page)).filter(
    (block) => block.language === language && block.text.includes(part),
  )
  const [only] = found
  if (only === undefined || found.length > 1)
    throw new Error(`${path} has ${found.length} ${language} blocks with ${part}`)
  return `${only.text}\n`
}

/** Where the links and pictures of a page lead, those in raw HTML too. */
export function targetsOf({ tokens }: Page): string[] {
  const inHtml = tokens
    .filter(isHtml)
    .flatMap(({ text }) => [...text.matchAll(/\s(?:href|src)\s*=\s*["']([^"']*)["']/gi)])
  return [...tokens.filter(isLink).map(({ href }) => href), ...inHtml.map(([, target = '']) => target)]
}

/** The anchors that GitHub gives to headings, and those set by hand. */
export function anchorsOf({ tokens }: Page): string[] {
  const headings = tokens.filter(isHeading).map(({ text }) => slug(text))
  const numbered = headings.map((name, index) => {
    const before = headings.slice(0, index).filter((other) => other === name).length
    return before === 0 ? name : `${name}-${before}`
  })
  const byHand = tokens.filter(isHtml).flatMap(({ text }) => [...text.matchAll(/(?:id|name)="([^"]+)"/g)])
  return [...numbered, ...byHand.map(([, name = '']) => name)]
}

/** Lower case, without what is neither a letter, a digit, a hyphen nor a blank; blanks become hyphens. */
function slug(heading: string): string {
  const text = heading.replaceAll(/<[^>]+>/g, '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
}

function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = []
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token)
  })
  return tokens
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === 'code'
}

function isCodeSpan(token: Token): token is Tokens.Codespan {
  return token.type === 'codespan'
}

function isLink(token: Token): token is Tokens.Link | Tokens.Image {
  return token.type === 'link' || token.type === 'image'
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

function isHtml(token: Token): token is Tokens.HTML {
  return token.type === 'html'
}
