import type { Change, Plan } from '../engine/plan.ts'
import { type ActualSet, isSensitive, type Value } from '../engine/resource.ts'
import { hashOf, isRemembered, type Remembered, remembered, summaryOf } from './last-applied.ts'
import type { AzureResource } from './resources.ts'

/** Whose doing a difference is: somebody changed Azure, the inputs changed since the last apply, or both. */
export type Cause = 'drift' | 'pending' | 'both'

/** What the record of the last apply says, what it would say after an apply of now, and what it would say of what is there. */
export type Memory = {
  readonly last: Value | undefined
  readonly wanted: Value | undefined
  readonly there: ReadonlyMap<Remembered, ReadonlySet<string>>
}

export function memoryOf(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>): Memory {
  const planned = plan.changes.flatMap((change) => ('before' in change ? [change.before.resource] : []))
  const all = [...actual.values()].map(({ resource }) => resource)
  // What is of others is in the record as well, if the inputs asked for it, and nobody knows whether they did.
  const summaries = [planned, all].map(summaryOf)
  const there = (['grants', 'replicas', 'workspace'] as const).map(
    (name) => [name, new Set(summaries.map((summary) => hashOf(summary[name])))] as const,
  )
  return {
    last: all.map(recordIn).find((record) => record !== undefined),
    wanted: plan.changes
      .map((change) => recordIn('after' in change ? change.after : change.before.resource))
      .find((record) => record !== undefined),
    there: new Map(there),
  }
}

/** What the record remembers of each kind as a whole. */
const OWN_MEMORY: Readonly<Record<AzureResource['kind'], Remembered>> = {
  'container-group': 'replicas',
  'role-assignment': 'grants',
  'directory-role-assignment': 'grants',
  'log-analytics-workspace': 'workspace',
}

/** A group that is there on both sides is judged by each of its properties; anything else along with all of its kind. */
export function causeOf(change: Change<AzureResource>, memory: Memory): Cause {
  if (change.kind === 'container-group' && 'properties' in change) return causeInGroup(change)
  const { kind } = 'after' in change ? change.after : change.before.resource
  const name = OWN_MEMORY[kind]
  const last = remembered(memory.last, name)
  // Without a record nobody can say, and every difference counts as drift.
  if (last === undefined || last === remembered(memory.wanted, name)) return 'drift'
  return memory.there.get(name)?.has(last) ? 'pending' : 'both'
}

type Changed = Extract<Change<AzureResource>, { properties: unknown }>

/** A group remembers each of its properties, so both causes can be seen at once. */
function causeInGroup(change: Changed): Cause {
  const record = recordIn(change.before.resource)
  const causes = change.properties.flatMap(({ path: [name = ''] }) =>
    name === 'lastApplied' ? [] : causesOf(name, change, record),
  )
  const isDrift = causes.includes('drift')
  if (causes.includes('pending')) return isDrift ? 'both' : 'pending'
  // Only the record differs: either it was taken away, or the inputs changed something that it remembers of others.
  return isDrift || record === undefined ? 'drift' : 'pending'
}

function causesOf(name: string, { before, after, properties }: Changed, record: Value | undefined): Cause[] {
  // A secret's own tag says what was applied, so another secret is another input; one that is missing or readable is not.
  if (name === 'token' || name === 'registryPassword')
    return [properties.some(({ path, before: was }) => path[0] === name && isKnown(was)) ? 'pending' : 'drift']
  const last = isRemembered(name) ? remembered(record, name) : undefined
  if (last === undefined) return ['drift']
  // Of a workspace of ours only Azure knows the id, so what was asked for is compared.
  if (name === 'logAnalytics') return [last === remembered(recordIn(after), name) ? 'drift' : 'pending']
  const value = (of: object): Value | undefined => Object.entries(of).find(([key]) => key === name)?.[1]
  const pending: Cause[] = hashOf(value(after.properties)) === last ? [] : ['pending']
  const drift: Cause[] = hashOf(value(before.resource.properties)) === last ? [] : ['drift']
  return [...pending, ...drift]
}

/** A secret whose tag tells which it is. */
function isKnown(value: Value | undefined): boolean {
  return isSensitive(value) && value.fingerprint !== null
}

function recordIn({ properties }: AzureResource): string | undefined {
  return 'lastApplied' in properties && typeof properties.lastApplied === 'string' ? properties.lastApplied : undefined
}
