import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import { asMarkdown, type Section } from './table.ts'

const FILE = new URL('../../docs/performance.md', import.meta.url)
const BEGIN = '<!-- figures: npm run bench -- --write -->'
const END = '<!-- /figures -->'

/** Puts the figures where they belong on the page, and leaves what is told about them. */
export function writePage(sections: readonly Section[]): void {
  const page = readFileSync(FILE, 'utf8')
  const [before, rest] = page.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined)
    throw new Error('docs/performance.md has lost the place for the figures.')
  writeFileSync(FILE, `${before}${BEGIN}\n${circumstances()}\n\n${asMarkdown(sections)}${END}${after}`)
}

function circumstances(): string {
  const [processor] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const date = new Date().toISOString().slice(0, 10)
  return `${date}, Node ${process.versions.node}, ${type()}, ${cpus().length} cores of ${processor?.model ?? 'unknown make'}, ${memory} GiB.`
}
