import { describe, expect, test } from '@jest/globals'
import type { Outcome } from '../../src/engine/apply.ts'
import { type Actual, addressOf } from '../../src/engine/resource.ts'
import { type Drift, isDrifted } from '../../src/spec/drift.ts'
import { leftOf, repairOf } from '../../src/spec/drift-repair.ts'
import { driftFailure, driftNotes } from '../../src/spec/drift-report.ts'
import type { AzureResource } from '../../src/spec/resources.ts'
import { actualGroup } from '../builders.ts'
import { asApplied, type Changes, causes, driftOf, edited } from './drift-builders.ts'
import { furtherGrant, onSubscription, VAULT } from './grant-builders.ts'

/** Everything that a repair takes back, carried out. */
function repaired(drift: Drift): Outcome[] {
  return repairOf(drift).changes.map((change) => ({ result: 'deleted', change }))
}

const stranger = (): Actual<AzureResource> => {
  const group = actualGroup(undefined, { ownership: { by: 'nobody' } })
  return {
    ...group,
    resource: { ...group.resource, address: addressOf('container-group', 'by-hand'), name: 'by-hand' },
  }
}

describe('a group that runs the connector beside ours', () => {
  test('is drift, though the plan has nothing to do', () => {
    const drift = driftOf({}, [asApplied, stranger()])
    expect(drift).toEqual({ judgements: [], strangers: ['by-hand'] })
    expect(isDrifted(drift)).toBe(true)
    expect(driftFailure(drift, { failOnDrift: true, resourceGroup: 'rg' })?.message).toBe(
      'Somebody changed Azure since the last apply: "by-hand" beside it.',
    )
  })

  test('stays after a repair, which leaves it alone', () => {
    const drift = driftOf({}, [edited({ tags: {} }), stranger()])
    expect(repairOf(drift).changes.map(({ name }) => name)).toEqual(['apono-connector'])
    expect(leftOf(drift, repaired(drift))).toEqual({ judgements: [], strangers: ['by-hand'] })
  })
})

describe('a repair', () => {
  const permissions = onSubscription()

  test('takes back what is drift, and does nothing that the inputs newly ask for', () => {
    const drift = driftOf({ permissions, replicas: 2 }, [edited({ cpu: 4 }), furtherGrant(7, { by: 'us' })])
    const all = drift.judgements.map(({ change }) => change)
    const changes = repairOf(drift).changes
    expect(changes.every((change) => all.includes(change))).toBe(true)
    expect(
      drift.judgements.filter(({ change }) => changes.includes(change)).every(({ cause }) => cause === 'drift'),
    ).toBe(true)
    expect(leftOf(drift, repaired(drift)).judgements).toHaveLength(all.length - changes.length)
  })

  test('leaves alone where an edit and a new input meet, and says so', () => {
    const drift = driftOf({ connectorVersion: 'v1.8.0' }, [edited({ tags: {} })])
    expect(repairOf(drift).changes).toEqual([])
    expect(isDrifted(leftOf(drift, repaired(drift)))).toBe(true)
  })

  test('of everything leaves no drift', () => {
    const drift = driftOf({ permissions }, [edited({ tags: {} }, { permissions })])
    expect(repairOf(drift).changes).toHaveLength(2)
    expect(isDrifted(leftOf(drift, repaired(drift)))).toBe(false)
    expect(driftFailure(leftOf(drift, repaired(drift)), { failOnDrift: true, resourceGroup: 'rg' })).toBeUndefined()
  })
})

// Its record would say that the new inputs were applied, and the next run would call what is missing drift.
describe('after a repair of the group, what the inputs newly ask for', () => {
  test.each<[string, Changes]>([
    ['grants', { extraRoleAssignments: [{ role: 'Reader', scope: VAULT }] }],
    ['replicas', { replicas: 2 }],
  ])('of %s is pending still', (_title, changes) => {
    const drift = driftOf(changes, [edited({ tags: {} })])
    const repaired = repairOf(drift).changes.flatMap((change) =>
      'after' in change && change.after.kind === 'container-group' ? [actualGroup(change.after.properties)] : [],
    )
    expect(repaired).toHaveLength(1)
    expect(new Set(Object.values(causes(driftOf(changes, repaired))))).toEqual(new Set(['pending']))
  })
})

describe('what is told', () => {
  test('is one sentence for every change, by its cause', () => {
    const sentences = (changes: Changes, group: Actual<AzureResource>) => driftNotes(driftOf(changes, [group]))
    expect(sentences({}, edited({ tags: {} }))).toEqual([
      '"apono-connector": somebody changed it in Azure since the last apply (drift).',
    ])
    expect(sentences({ tags: {} }, asApplied)).toEqual([
      '"apono-connector": the inputs changed since the last apply, and nobody applied them yet (pending).',
    ])
    expect(sentences({ cpu: 2 }, edited({ tags: {} }))).toEqual([
      '"apono-connector": somebody changed it in Azure, and the inputs changed too (drift and pending). Only an apply settles that.',
    ])
    expect(sentences({}, asApplied)).toEqual(['Azure is as it was applied, and the inputs ask for nothing else.'])
  })

  test('as a failure names what drifted, and not what is pending', () => {
    const permissions = onSubscription()
    const drift = driftOf({ permissions }, [edited({ cpu: 4 })])
    const error = driftFailure(drift, { failOnDrift: true, resourceGroup: 'rg' })
    expect(error?.code).toBe('drifted')
    expect(error?.message).toBe('Somebody changed Azure since the last apply: "apono-connector".')
  })

  test('mends each kind of drift in its own way', () => {
    const hintOf = (drift: Drift) => driftFailure(drift, { failOnDrift: true, resourceGroup: 'rg' })?.hint ?? ''
    const taken = '`operation: apply` or `auto-repair: true`'
    const settled = 'only `operation: apply` settles it'
    const deleted = '`az container delete --resource-group rg --name by-hand`'
    const told = (drift: Drift) => [taken, settled, deleted].filter((words) => hintOf(drift).includes(words))
    expect(told(driftOf({}, [edited({ cpu: 4 })]))).toEqual([taken])
    expect(told(driftOf({ cpu: 2 }, [edited({ tags: {} })]))).toEqual([settled])
    expect(told(driftOf({}, [asApplied, stranger()]))).toEqual([deleted])
  })

  test('is no failure where the user wants none, and where there is no drift', () => {
    const drift = driftOf({}, [edited({ cpu: 4 })])
    expect(driftFailure(drift, { failOnDrift: false, resourceGroup: 'rg' })).toBeUndefined()
    expect(driftFailure(driftOf({ cpu: 2 }, [asApplied]), { failOnDrift: true, resourceGroup: 'rg' })).toBeUndefined()
  })
})
