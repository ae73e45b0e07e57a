import { type DeployError, ERRORS_PAGE } from '../errors.ts'
import { aboutWhoApplies } from '../spec/obstacles.ts'
import { alert, code, link, quote, sentence } from './markdown.ts'
import { prose } from './prose.ts'
import type { Planned } from './report.ts'
import { shortened } from './visible.ts'

/** What a reader must not miss, each on its own: risks, and rights that are missing with what gives them. */
export function warningItems({
  warnings,
  missing,
}: {
  readonly warnings: readonly string[]
  readonly missing: readonly DeployError[]
}): string[] {
  return listed([
    ...warnings.map(sentence),
    ...missing.map(({ message, hint }) => `${sentence(message)}\n\n${prose(hint)}`),
    ...aboutWhoApplies(missing).map(sentence),
  ])
}

export function noteItems({ notes }: Pick<Planned, 'notes'>): string[] {
  return listed(notes.map(sentence))
}

/** A failure: what is wrong, what mends it, the facts. */
export function failure({ code: name, message, hint, facts }: DeployError): string {
  const known = Object.entries(facts).map(([title, value]) => `${sentence(title)}: ${code(value)}`)
  const parts = [
    `**${link(name, `${ERRORS_PAGE}#${name}`)}**`,
    prose(shortened(message, 12_000)),
    prose(shortened(hint, 6_000)),
    ...(known.length > 0 ? [known.join(' · ')] : []),
  ]
  return alert('CAUTION', [quote(parts.filter((part) => part !== '').join('\n\n'))]).join('')
}

/** Several make a list; one alone needs no bullet. */
function listed(items: readonly string[]): string[] {
  const said = items.filter((item) => item.trim() !== '')
  const isList = said.length > 1
  return said.map((item) => quote(isList ? `- ${item.replaceAll(/\n(?!\n)/g, '\n  ')}` : item))
}
