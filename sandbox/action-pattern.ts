/**
 * Whether one of the patterns fits an action: a star stands for anything, slashes too, and for nothing between two slashes
 * (Managed Identity Operator is written like that, and covers the plain assign action). Casing does not matter.
 */
export function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const between = pattern.split('/*/').map((part) => part.split('*').map(escaped).join('.*'))
    return new RegExp(`^${between.join('/(.*/)?')}$`, 'i').test(action)
  })
}

function escaped(part: string): string {
  return part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&')
}
