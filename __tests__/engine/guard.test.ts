import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { violationsOf } from '../../src/engine/guard.ts'
import { makePlan, type Plan } from '../../src/engine/plan.ts'
import type { Actual, Ownership, Resource } from '../../src/engine/resource.ts'
import { actualThing, someThings, thing, thingRules } from '../builders.ts'

const [AGREED, NOT_AGREED] = [{ allowReplace: true }, { allowReplace: false }]
const THEIRS: Ownership = { by: 'other', description: 'its tags say so' }

function plan(desired: readonly Resource[], actual: readonly Actual[]): Plan {
  const wanted = new Map(desired.map((item) => [item.address, item]))
  return makePlan(wanted, new Map(actual.map((item) => [item.resource.address, item])), () => thingRules)
}

/** Who is in the way, and why. */
function violations(given: Plan, policy = NOT_AGREED): string[] {
  return violationsOf(given, policy).map((one) =>
    one.reason === 'foreign' ? `${one.change.name}: ${one.owner}` : `${one.change.name}: ${one.change.action}`,
  )
}

const small = (index: number, ownership: Ownership = { by: 'us' }) =>
  actualThing(thing(index, { size: 1 }), { ownership })
const larger = (index: number) => thing(index, { size: 2 })
const labelled = (index: number) => thing(index, { size: 1, label: 'b' })

describe("somebody else's resource", () => {
  test.each([
    ['an update', labelled(0)],
    ['a replace', larger(0)],
  ])('may not be changed by %s, whatever was agreed to', (_title, desired) => {
    const given = plan([desired], [small(0, THEIRS)])
    expect(violations(given, AGREED)).toEqual(['thing-0: its tags say so'])
    expect(violations(given)[0]).toBe('thing-0: its tags say so')
  })

  test('may be there, as long as it stays as it is or is not wanted', () => {
    const asWanted = small(0, THEIRS)
    expect(violations(plan([asWanted.resource], [asWanted, small(1, THEIRS)]))).toEqual([])
  })

  test('comes before replaces that nobody agreed to', () => {
    expect(violations(plan([larger(0), labelled(1)], [small(0), small(1, THEIRS)]))).toEqual([
      'thing-1: its tags say so',
      'thing-0: replace',
    ])
  })
})

describe('a replace', () => {
  test('takes consent, each of them', () => {
    const given = plan([larger(0), labelled(1), larger(2)], [small(0), small(1), small(2, { by: 'nobody' })])
    expect(violations(given)).toEqual(['thing-0: replace', 'thing-2: replace'])
    expect(violations(given, AGREED)).toEqual([])
  })

  test('is told with its change, so that it can be explained', () => {
    const [violation] = violationsOf(plan([larger(0)], [small(0)]), NOT_AGREED)
    expect(violation).toMatchObject({ reason: 'replace', change: { action: 'replace', because: [['size']] } })
  })
})

test('creates, updates, deletes of ours and what stays take no consent', () => {
  const given = plan([thing(0, {}), labelled(1), small(2).resource], [small(1, { by: 'nobody' }), small(2), small(3)])
  expect(given.changes.map(({ action }) => action)).toEqual(['create', 'update', 'no-op', 'delete'])
  expect(violations(given)).toEqual([])
})

test('for any plan, with consent only what is of others is in the way, and without it the replaces besides', () => {
  const ownership = fc.constantFrom<Ownership>({ by: 'us' }, { by: 'nobody' }, THEIRS)
  fc.assert(
    fc.property(
      someThings,
      someThings,
      fc.array(ownership, { minLength: 4, maxLength: 4 }),
      (desired, found, owners) => {
        const existing = found.map((item, index) => actualThing(item, { ownership: owners[index] ?? THEIRS }))
        const given = plan(desired, existing)
        const withConsent = violationsOf(given, AGREED)
        expect(withConsent.every(({ reason }) => reason === 'foreign')).toBe(true)
        const replaces = given.changes.filter(({ action }) => action === 'replace')
        expect(violationsOf(given, NOT_AGREED)).toHaveLength(withConsent.length + replaces.length)
      },
    ),
  )
})
