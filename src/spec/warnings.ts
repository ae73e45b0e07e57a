import type { Change, Plan } from '../engine/plan.ts'
import { type AzureResource, EXPOSED_TOKEN } from './resources.ts'
import { versionWarnings } from './version-warnings.ts'

/** What a reviewer must not miss, in sentences: a risk that is there, or that the plan brings. */
export function warningsOn(plan: Plan<AzureResource>): string[] {
  return plan.changes.flatMap((change) => [...exposure(change), ...versionWarnings(change)])
}

function exposure(change: Change): string[] {
  const exposed = 'properties' in change && change.properties.some(({ before }) => before === EXPOSED_TOKEN)
  return exposed
    ? [
        `The token of "${change.name}" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.`,
      ]
    : []
}
