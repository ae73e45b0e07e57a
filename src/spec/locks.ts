import type { Plan } from '../engine/plan.ts'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource } from './resources.ts'
import { verbsOf } from './rights.ts'

/** A management lock. `CanNotDelete` stops deletes, `ReadOnly` every write. */
export type Lock = {
  readonly id: string
  /** What it locks, with all below it. */
  readonly scope: string
  readonly level: 'CanNotDelete' | 'ReadOnly'
}

/** Something that is about to happen at a scope, and that a lock there or above could stop. */
export type Touch = { readonly name: string; readonly scope: string; readonly verb: 'write' | 'delete' }

type Blocked = { readonly lock: Lock; readonly touches: readonly Touch[] }

/**
 * What a plan does to things that can be locked. A grant is locked with its scope:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#considerations-before-applying-your-locks
 */
export function touchesOf(plan: Plan<AzureResource>, { subscriptionId, resourceGroup }: Inputs): Touch[] {
  return plan.changes.flatMap((change) => {
    if (change.action === 'no-op') return []
    const resource = 'after' in change ? change.after : change.before.resource
    if (resource.kind === 'directory-role-assignment') return []
    const scope =
      resource.kind === 'role-assignment'
        ? resource.properties.scope
        : change.action === 'create'
          ? `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
          : change.before.armId
    return verbsOf(change).map((verb) => ({ name: change.name, scope, verb }))
  })
}

/** Does the lock stop it? */
export function stops({ scope, level }: Lock, touch: Pick<Touch, 'scope' | 'verb'>): boolean {
  const isBelow = `${touch.scope}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase())
  return isBelow && (touch.verb === 'delete' || level === 'ReadOnly')
}

/** @returns why the plan cannot be carried out, with every lock in the way; undefined when none is. */
export function lockRefusal(locks: readonly Lock[], touches: readonly Touch[]): DeployError | undefined {
  const blocked = locks
    .map((lock): Blocked => ({ lock, touches: touches.filter((touch) => stops(lock, touch)) }))
    .filter((each) => each.touches.length > 0)
  const [first, ...others] = blocked
  if (first === undefined) return undefined
  const message =
    others.length === 0
      ? `A lock forbids what is planned: ${described(first)}`
      : [`${blocked.length} locks forbid what is planned:`, ...blocked.map((each) => `- ${described(each)}`)].join('\n')
  return new DeployError('scope-locked', message, { hint: unlockHint(blocked.map(({ lock }) => lock)) })
}

/** How locks are taken away, ready to paste. */
export function unlockHint(locks: readonly Lock[]): string {
  return [
    'Remove it for the time of the run and set it again afterwards, or leave this as it is. It takes Owner or User Access Administrator:',
    ...locks.map(({ id }) => `  az lock delete --ids '${id}'`),
  ].join('\n')
}

function described({ lock: { id, level, scope }, touches }: Blocked): string {
  const things = [...new Set(touches.map(({ name, verb }) => `${VERBS[verb]} "${name}"`))]
  return `${level} on ${scope} stops ${things.join(', ')}. Its id: ${id}`
}

const VERBS = { write: 'writing', delete: 'deleting' } as const
