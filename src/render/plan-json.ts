import { type Action, type Change, hasChanges } from '../engine/plan.ts'
import { isReference, isSensitive, type Value } from '../engine/resource.ts'
import type { Cause } from '../spec/drift-causes.ts'
import { causeOf } from './remarks.ts'
import type { Planned } from './report.ts'

/** The plan for machines. Grows by new fields only; a change of meaning raises the version. Holds no secret and no fingerprint of one. */
export type PlanDocument = {
  readonly formatVersion: 1
  readonly fingerprint: string
  readonly hasChanges: boolean
  readonly changes: readonly ChangeDocument[]
  /** Groups that run this connector beside ours, in a drift run. */
  readonly strangers?: readonly string[]
}

type ChangeDocument = {
  readonly address: string
  readonly kind: string
  readonly name: string
  readonly action: Action
  /** Whose doing it is, in a drift run. */
  readonly cause?: Cause
  readonly impact?: string
  readonly adopts?: boolean
  readonly armId?: string
  readonly properties?: readonly {
    readonly path: readonly string[]
    readonly before?: unknown
    readonly after?: unknown
    readonly impact: string
  }[]
  readonly after?: unknown
  readonly replacePaths?: readonly (readonly string[])[]
  readonly knownAfterApply?: readonly string[]
}

export function planDocument({
  plan,
  fingerprint,
  drift,
}: Pick<Planned, 'plan' | 'fingerprint' | 'drift'>): PlanDocument {
  return {
    formatVersion: 1,
    fingerprint,
    hasChanges: hasChanges(plan),
    changes: plan.changes.map((change) => changeDocument(change, causeOf(change, { drift }))),
    ...(drift && { strangers: drift.strangers }),
  }
}

function changeDocument(change: Change, cause: Cause | undefined): ChangeDocument {
  const { address, kind, name, action } = change
  const common = { address, kind, name, action, ...(cause && { cause }) }
  switch (change.action) {
    case 'create':
      return { ...common, after: revealed(change.after.properties), knownAfterApply: change.knownAfterApply }
    case 'no-op':
    case 'delete':
      return { ...common, armId: change.before.armId }
    case 'update':
      return {
        ...common,
        armId: change.before.armId,
        adopts: change.adopts,
        impact: change.impact,
        properties: properties(change),
      }
    case 'replace':
      return {
        ...common,
        armId: change.before.armId,
        adopts: change.adopts,
        impact: 'replace',
        properties: properties(change),
        replacePaths: change.because,
        knownAfterApply: change.knownAfterApply,
      }
  }
}

function properties(
  change: Extract<Change, { action: 'update' | 'replace' }>,
): NonNullable<ChangeDocument['properties']> {
  return change.properties.map(({ path, before, after, impact }) => ({
    path,
    impact,
    ...(before !== undefined && { before: revealed(before) }),
    ...(after !== undefined && { after: revealed(after) }),
  }))
}

/** A sensitive value becomes `{"sensitive": true}`. */
function revealed(value: Value): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, item: Value) =>
      isSensitive(item) ? { sensitive: true } : isReference(item) ? { knownAfterApply: true } : item,
    ),
  )
}
