import { shortened } from './visible.ts'

const LENGTH = 300

/**
 * The name of an object without what every name in a plan repeats: an id in the run's own subscription becomes the words that tell
 * it apart. Whole ids stand in the diff.
 */
export function shortName(name: string, subscriptionId: string): string {
  const here = new RegExp(
    `/subscriptions/${subscriptionId}(?:/resourceGroups/(?<group>[\\w.()-]+)(?:/providers/[\\w.]+/(?<resource>\\w+/[\\w.-]+))?)?(?=$| )`,
    'gi',
  )
  const words = name.replaceAll(here, (...match: unknown[]) => {
    // The named groups come last: https://tc39.es/ecma262/#sec-regexp.prototype-%symbol.replace%
    const { group, resource } = match.at(-1) as { readonly group?: string; readonly resource?: string }
    if (group === undefined) return 'this subscription'
    return resource === undefined ? `resource group ${group}` : `${resource} in ${group}`
  })
  return shortened(words, LENGTH)
}
