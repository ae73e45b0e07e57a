/** A path of a description, `/subscriptions/{subscriptionId}/resourceGroups`, made ready for matching. */
export type PathTemplate = {
  readonly pattern: RegExp
  readonly names: readonly string[]
  /** How much of the path is fixed: of two templates that match, the one with more says more. */
  readonly fixedLength: number
}

const placeholder = /\{([^}]+)\}/

/** Fixed parts match in any casing, as in ARM. A placeholder is one segment unless it is among `spanning`. */
export function parseTemplate(template: string, spanning: ReadonlySet<string>): PathTemplate {
  const parts = template.split(new RegExp(placeholder, 'g'))
  const fixed = parts.filter((_, index) => index % 2 === 0)
  const names = parts.filter((_, index) => index % 2 === 1)
  const source = parts.map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&')
    return spanning.has(part) ? '(.+)' : '([^/]+)'
  })
  return { pattern: new RegExp(`^${source.join('')}$`, 'i'), names, fixedLength: fixed.join('').length }
}

/** The decoded values of the placeholders, or nothing when the path does not match. */
export function matchPath(template: PathTemplate, path: string): Record<string, string> | undefined {
  const match = template.pattern.exec(path)
  if (!match) return undefined
  return Object.fromEntries(template.names.map((name, index) => [name, decoded(match[index + 1] ?? '')]))
}

/** A broken percent-encoding is for the service to refuse; here it is text like any other. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Paths that fit every resource there is (`/{resourceId}`, the generic operations by type and name). Matching them would
 * let any misspelt path pass as described.
 */
export function fitsEverything(template: string): boolean {
  return /^\/\{[^}]+\}$/.test(template) || template.includes('/{resourceType}/{resourceName}')
}
