/** Whether one of the patterns fits an action: `*` stands for anything, slashes too, and casing does not matter. */
export function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const literal = pattern.split('*').map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
    return new RegExp(`^${literal.join('.*')}$`, 'i').test(action)
  })
}
