import type { Change, Plan } from '../engine/plan.ts'
import { waitsFor } from '../engine/reference.ts'

/** What is made again because a group that is replaced comes back with another identity. */
export function movesWith(group: Change, { changes }: Plan): Change[] {
  if (group.action !== 'replace') return []
  return changes.filter((change) => 'after' in change && waitsFor(change.after).includes(group.address))
}

/** The replaced group whose new identity this grant is for. */
export function movesTo(grant: Change, plan: Plan): Change | undefined {
  return plan.changes.find((change) => movesWith(change, plan).includes(grant))
}

/** Does the identity of this group end with it? A user-assigned one lives on by itself. */
export function losesIdentity(group: Change): boolean {
  if (!('before' in group) || (group.action !== 'replace' && group.action !== 'delete')) return false
  const { identity } = group.before.resource.properties
  return typeof identity === 'object' && identity !== null && 'type' in identity && identity.type !== 'UserAssigned'
}
