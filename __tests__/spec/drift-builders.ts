import type { Actual } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import { type Drift, judge } from '../../src/spec/drift.ts'
import type { AzureResource, ContainerGroupProperties } from '../../src/spec/resources.ts'
import { actualGroup, desiredGroup } from '../builders.ts'
import { existingGroup, planFor, setOf } from './grant-builders.ts'

export type Changes = Partial<Inputs>

/** What a drift run with these inputs finds, where this is there. */
export function driftOf(changes: Changes, existing: readonly Actual<AzureResource>[], tokenFingerprint?: null): Drift {
  const around = tokenFingerprint === null ? { tokenFingerprint } : {}
  return judge(planFor(changes, existing, around), setOf(existing))
}

export function causes({ judgements }: Drift): Record<string, string> {
  return Object.fromEntries(judgements.map(({ change, cause }) => [`${change.action} ${change.name}`, cause]))
}

/** The group as it was applied with these inputs, and what somebody changed of it since. */
export function edited(edit: Partial<ContainerGroupProperties>, applied: Changes = {}): Actual<AzureResource> {
  return actualGroup({ ...desiredGroup(applied).properties, ...edit })
}

export const GROUP = 'update apono-connector'
export const REPLACED = 'replace apono-connector'
export const asApplied = existingGroup()
