import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { Plan } from './plan.ts'

/** SHA-256 of the plan in canonical form, as 64 hex digits: equal plans, equal fingerprints, whatever the key order. */
export function fingerprintOf(plan: Plan): string {
  const changes = plan.changes.filter(({ action }) => action !== 'no-op').map((change) => identityOf(change))
  return createHash('sha256').update(canonicalJson(changes)).digest('hex')
}

/** Only what the change does: live state such as restart counts must not make an approved plan stale. */
function identityOf(change: Plan['changes'][number]): unknown {
  if (change.action === 'no-op') return null
  const { action, address, name } = change
  if (change.action === 'create') return { action, address, name, after: change.after.properties }
  const armId = change.before.armId.toLowerCase()
  return change.action === 'delete'
    ? { action, address, name, armId }
    : { action, address, name, armId, properties: change.properties }
}
