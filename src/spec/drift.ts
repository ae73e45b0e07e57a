import type { Change, Plan } from '../engine/plan.ts'
import { waitsFor } from '../engine/reference.ts'
import { type ActualSet, type Address, isSensitive, type Value } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { strangersIn } from './adoption.ts'
import { hashOf, isRemembered, type Remembered, remembered } from './last-applied.ts'
import type { AzureResource } from './resources.ts'

/** Whose doing a difference is: somebody changed Azure, the inputs changed since the last apply, or both. */
export type Cause = 'drift' | 'pending' | 'both'

export type Judgement = { readonly change: Change<AzureResource>; readonly cause: Cause }

/** A plan nobody applies, told apart by cause. */
export type Drift = {
  readonly judgements: readonly Judgement[]
  /** Groups that run this connector beside ours. */
  readonly strangers: readonly string[]
}

/** Pure. Without a record of the last apply every difference counts as drift: somebody took the record away, or we never were here. */
export function judge(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>): Drift {
  const record = recordIn(actual)
  const desired = recordWanted(plan)
  const changes = plan.changes.filter(({ action }) => action !== 'no-op')
  const causes = new Map(changes.map((change) => [change.address, causeOf(change, record, desired)]))
  const judgements = changes.map((change) => ({ change, cause: withItsGroup(change, changes, causes) }))
  return { judgements, strangers: strangersIn(plan, actual).map(({ resource }) => resource.name) }
}

/** A grant that comes, goes or moves because its group does is the doing of whoever is behind that. */
function withItsGroup(
  change: Change<AzureResource>,
  changes: readonly Change<AzureResource>[],
  causes: ReadonlyMap<Address, Cause>,
): Cause {
  const own = causes.get(change.address) ?? 'drift'
  if (own === 'pending') return own
  const group = changes.find(
    (other) => other.kind === 'container-group' && other.action !== 'update' && belongs(change, other),
  )
  const cause = group && causes.get(group.address)
  if (group?.action === 'replace' && cause === 'pending' && isMoreThanMoved(change)) return 'both'
  return cause ?? own
}

/** A grant that a replace moves was there before, and stays what it is but for its principal. */
function isMoreThanMoved(change: Change<AzureResource>): boolean {
  if (change.action === 'create') return true
  return 'properties' in change && change.properties.some(({ path: [name] }) => name !== 'principal')
}

function belongs(grant: Change<AzureResource>, group: Change<AzureResource>): boolean {
  if (grant.kind === 'container-group') return false
  if ('after' in grant && waitsFor(grant.after).includes(group.address)) return true
  if (!('before' in grant) || !('before' in group)) return false
  const { properties } = grant.before.resource
  return 'principal' in properties && properties.principal === group.before.attributes['principal-id']
}

export function isDrifted({ judgements, strangers }: Drift): boolean {
  return strangers.length > 0 || judgements.some(({ cause }) => cause !== 'pending')
}

/** The part of the plan that takes back what somebody else did, and nothing that the inputs newly ask for. */
export function repairOf({ judgements }: Drift): Plan<AzureResource> {
  return { changes: judgements.filter(({ cause }) => cause === 'drift').map(({ change }) => withoutNewRecord(change)) }
}

/** A repair applies nothing new, so the record stays what it was: grants and replicas that nobody applied must not enter it. */
function withoutNewRecord(change: Change<AzureResource>): Change<AzureResource> {
  if (change.action !== 'update' && change.action !== 'replace') return change
  const { before, after } = change
  if (after.kind !== 'container-group' || before.resource.kind !== 'container-group') return change
  const { lastApplied } = before.resource.properties
  if (lastApplied === null) return change
  const properties = change.properties.filter(({ path }) => path[0] !== 'lastApplied')
  return { ...change, after: { ...after, properties: { ...after.properties, lastApplied } }, properties }
}

/** What a repair leaves: groups that are not ours, and resources where an edit and a new input meet. */
export function leftOf({ judgements, strangers }: Drift): Drift {
  return { judgements: judgements.filter(({ cause }) => cause !== 'drift'), strangers }
}

/** The failure of a run that found drift, unless the user wants none. */
export function driftFailure(drift: Drift, { failOnDrift }: Pick<Inputs, 'failOnDrift'>): DeployError | undefined {
  if (!failOnDrift || !isDrifted(drift)) return undefined
  const drifted = drift.judgements.filter(({ cause }) => cause !== 'pending').map(({ change }) => `"${change.name}"`)
  const beside = drift.strangers.map((name) => `"${name}" beside it`)
  return new DeployError(
    'drifted',
    `Somebody changed Azure since the last apply: ${[...drifted, ...beside].join(', ')}.`,
    {
      hint: [
        'The plan shows what differs. If it is not wanted, `operation: apply` or `auto-repair: true` takes it back; if it is, put it into the inputs.',
        'With `fail-on-drift: false` the run only says so, in the output `drift-detected`.',
      ].join('\n'),
    },
  )
}

/** What a drift run says in sentences. */
export function driftNotes({ judgements, strangers }: Drift): string[] {
  if (judgements.length === 0 && strangers.length === 0)
    return ['Azure is as it was applied, and the inputs ask for nothing else.']
  return judgements.map(({ change, cause }) => `"${change.name}": ${CAUSES[cause]}`)
}

const CAUSES: Readonly<Record<Cause, string>> = {
  drift: 'somebody changed it in Azure since the last apply (drift).',
  pending: 'the inputs changed since the last apply, and nobody applied them yet (pending).',
  both: 'somebody changed it in Azure, and the inputs changed too (drift and pending). Only an apply settles that.',
}

function causeOf(change: Change<AzureResource>, record: Value | undefined, desired: Value | undefined): Cause {
  if (change.kind === 'container-group' && 'properties' in change) return causeInGroup(change)
  const { kind } = 'after' in change ? change.after : change.before.resource
  return sameAs(record, desired, OWN_MEMORY[kind]) ? 'drift' : 'pending'
}

/** What the record remembers of each kind as a whole. */
const OWN_MEMORY: Readonly<Record<AzureResource['kind'], Remembered>> = {
  'container-group': 'replicas',
  'role-assignment': 'grants',
  'directory-role-assignment': 'grants',
  'log-analytics-workspace': 'workspace',
}

/** A group remembers each of its properties, so both causes can be seen at once. */
function causeInGroup(change: Extract<Change<AzureResource>, { properties: unknown }>): Cause {
  const record = change.before.resource.properties
  const causes = change.properties.flatMap(({ path: [name = ''] }) =>
    name === 'lastApplied' ? [] : causesOf(name, change, lastAppliedOf(record)),
  )
  const isDrift = causes.includes('drift')
  if (causes.includes('pending')) return isDrift ? 'both' : 'pending'
  // Only the record differs: either it was taken away, or the inputs changed something that it remembers of others.
  return isDrift || lastAppliedOf(record) === undefined ? 'drift' : 'pending'
}

function causesOf(
  name: string,
  { before, after, properties }: Extract<Change<AzureResource>, { properties: unknown }>,
  record: Value | undefined,
): Cause[] {
  // A secret's own tag says what was applied, so another secret is another input; one that is missing or readable is not.
  if (name === 'token' || name === 'registryPassword')
    return [properties.some(({ path, before: was }) => path[0] === name && isKnown(was)) ? 'pending' : 'drift']
  // Of a workspace of ours only Azure knows the id, so what was asked for is compared.
  if (name === 'logAnalytics') return [sameAs(record, lastAppliedOf(after.properties), name) ? 'drift' : 'pending']
  const last = isRemembered(name) ? remembered(record, name) : undefined
  if (last === undefined) return ['drift']
  const value = (properties: object): Value | undefined => Object.entries(properties).find(([key]) => key === name)?.[1]
  const pending: Cause[] = hashOf(value(after.properties)) === last ? [] : ['pending']
  const drift: Cause[] = hashOf(value(before.resource.properties)) === last ? [] : ['drift']
  return [...pending, ...drift]
}

function isKnown(value: Value | undefined): boolean {
  return isSensitive(value) && value.fingerprint !== null
}

function sameAs(record: Value | undefined, desired: Value | undefined, name: Remembered): boolean {
  const last = remembered(record, name)
  return last === undefined || last === remembered(desired, name)
}

function recordIn(actual: ActualSet<AzureResource>): Value | undefined {
  return [...actual.values()]
    .map(({ resource }) => lastAppliedOf(resource.properties))
    .find((record) => typeof record === 'string')
}

function recordWanted({ changes }: Plan<AzureResource>): Value | undefined {
  const wanted = changes.map((change) => ('after' in change ? change.after : change.before.resource))
  return wanted.map(({ properties }) => lastAppliedOf(properties)).find((record) => typeof record === 'string')
}

function lastAppliedOf(properties: object): Value | undefined {
  return 'lastApplied' in properties && typeof properties.lastApplied === 'string' ? properties.lastApplied : undefined
}
