/**
 * `npm run links`: asks for every page outside that our documents and comments lead to, and names those that are gone. Only
 * .github/workflows/links.yml runs it, now and then: what others do to their pages must not fail a check of ours.
 */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pages, targetsOf } from '../__tests__/docs/pages.ts'
import { addressesInComments } from './links/addresses.ts'
import { whyBroken } from './links/answer.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const SOURCES = ['{src,sandbox,scripts,__tests__}/**/*.ts', '.github/**/*.yml', 'examples/*.yml', '*.yml', '*.mjs']

const places = new Map<string, string[]>()
for (const page of pages()) note(page.path, targetsOf(page))
// The tests of this very search hold addresses that lead nowhere.
for (const path of globSync(SOURCES, { cwd: root, exclude: ['__tests__/scripts/links/**'] }))
  note(path, addressesInComments(readFileSync(root + path, 'utf8')))

const hosts = Map.groupBy(places.keys(), (address) => new URL(address).host)
const broken = (await Promise.all([...hosts.values()].map(brokenOf))).flat()
for (const line of broken) console.error(line)
console.log(`${places.size} addresses, ${broken.length} broken.`)
if (broken.length > 0) process.exitCode = 1

/** Without its fragment, which is no part of a request. */
function note(path: string, targets: readonly string[]): void {
  for (const target of targets.filter((target) => target.startsWith('https:'))) {
    const [address = ''] = target.split('#')
    places.set(address, [...(places.get(address) ?? []), path])
  }
}

/** One after the other, since all are of one host. */
async function brokenOf(addresses: readonly string[]): Promise<string[]> {
  const lines: string[] = []
  for (const address of addresses) {
    const reason = await whyBroken(address)
    if (reason !== undefined) lines.push(`${address}: ${reason} (${places.get(address)?.join(', ')})`)
  }
  return lines
}
