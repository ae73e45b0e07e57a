import { describe, expect, test } from '@jest/globals'
import { isLeft, type Outcome } from '../../src/engine/apply.ts'
import { makePlan } from '../../src/engine/plan.ts'
import { remainderOf } from '../../src/engine/remainder.ts'
import { actualThing, theOne, thing, thingRules } from '../builders.ts'
import { tired } from './world.ts'

const wanted = [thing(0, { label: 'a' }), thing(1, { label: 'b' }), thing(2, { label: 'c' })]
const there = [actualThing(thing(1, { label: 'x' })), actualThing(thing(2, { label: 'c' })), actualThing(thing(7, {}))]
const plan = makePlan(
  new Map(wanted.map((one) => [one.address, one])),
  new Map(there.map((one) => [one.resource.address, one])),
  () => thingRules,
)
const [create, update, same, remove] = plan.changes
if (create?.action !== 'create' || update?.action !== 'update' || same === undefined || remove === undefined)
  throw new Error('another plan was wanted')
const made = actualThing(create.after, { attributes: { 'serial-number': '4711' } })

const actions = (outcomes: readonly Outcome[]) =>
  remainderOf(plan, outcomes).changes.map(({ action, name }) => `${action} ${name}`)

describe('what is left of a plan', () => {
  test('is all of it while nothing was carried out', () => {
    expect(remainderOf(plan, [])).toEqual(plan)
  })

  test('has what was made as something that is there, as Azure has it now, and not what was deleted', () => {
    const outcomes: Outcome[] = [
      { result: 'created', change: create, actual: made },
      { result: 'deleted', change: remove },
    ]
    expect(actions(outcomes)).toEqual(['no-op thing-0', 'update thing-1', 'no-op thing-2'])
    const { address, kind, name } = create
    expect(theOne(remainderOf(plan, outcomes).changes.slice(0, 1))).toStrictEqual({
      address,
      kind,
      name,
      action: 'no-op',
      before: made,
    })
  })

  test.each<Outcome>([
    { result: 'failed', change: update, error: tired },
    { result: 'skipped', change: update },
    { result: 'removed', change: update },
  ])('has still to do what was $result', (outcome) => {
    expect(isLeft(outcome)).toBe(true)
    expect(actions([outcome])).toEqual(['create thing-0', 'update thing-1', 'no-op thing-2', 'delete thing-7'])
  })
})

test.each<Outcome>([
  { result: 'created', change: create, actual: made },
  { result: 'updated', change: update, actual: made },
  { result: 'replaced', change: update, actual: made },
  { result: 'unchanged', change: same, actual: made },
  { result: 'deleted', change: remove },
])('what was $result is done', (outcome) => {
  expect(isLeft(outcome)).toBe(false)
})
