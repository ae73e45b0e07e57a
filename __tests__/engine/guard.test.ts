import { expect, test } from '@jest/globals'
import { refusalOf, refuseForeign } from '../../src/engine/guard.ts'
import { makePlan, type Plan } from '../../src/engine/plan.ts'
import type { Actual, ActualSet, Properties } from '../../src/engine/resource.ts'
import { actualThing, deployErrorOf, thing, thingRules } from '../builders.ts'

function setOf(...actual: Actual[]): ActualSet {
  return new Map(actual.map((item) => [item.resource.address, item]))
}

function refusal(before: Properties, after: Properties) {
  const desired = thing(0, after)
  const existing = setOf(actualThing(thing(0, before)))
  return refusalOf(makePlan(new Map([[desired.address, desired]]), existing, () => thingRules))
}

/** The plan that would give everything that is there another label. */
function relabelling(...actual: Actual[]): Plan {
  const desired = actual.map(({ resource }) => ({ ...resource, properties: { label: 'new' } }))
  return makePlan(new Map(desired.map((item) => [item.address, item])), setOf(...actual), () => thingRules)
}

const foreign = actualThing(thing(1, {}), { ownership: { by: 'other', description: 'its tags say so' } })

test("a change of somebody else's resource stops the run, and says whose it is", async () => {
  const error = await deployErrorOf(() => refuseForeign(relabelling(actualThing(thing(0, {})), foreign)))
  expect(error.code).toBe('foreign-resource')
  expect(error.message).toBe('"thing-1" exists already and is not ours to change: its tags say so.')
  expect(error.hint).toBe('Choose another `name` for this connector, or another resource group. Nothing was changed.')
})

test("a replace of somebody else's resource stops the run as well", () => {
  const larger = thing(1, { size: 2 })
  const plan = makePlan(new Map([[larger.address, larger]]), setOf(foreign), () => thingRules)
  expect(() => refuseForeign(plan)).toThrow('"thing-1" exists already and is not ours to change')
})

test("our own resources, unmarked ones, none at all, and others' that stay as they are stop nothing", () => {
  expect(() => refuseForeign(relabelling())).not.toThrow()
  expect(() =>
    refuseForeign(relabelling(actualThing(thing(0, {})), actualThing(thing(1, {}), { ownership: { by: 'nobody' } }))),
  ).not.toThrow()
  const asWanted = makePlan(new Map([[foreign.resource.address, foreign.resource]]), setOf(foreign), () => thingRules)
  expect(() => refuseForeign(asWanted)).not.toThrow()
})

test('a replace is refused with what forces it, both ways out and the command', () => {
  const error = refusal({ size: { cores: 1, memory: 2 }, label: 'a' }, { size: { cores: 2, memory: 4 }, label: 'b' })
  expect(error?.code).toBe('replace-refused')
  expect(error?.message).toBe(
    '"thing-0" would have to be deleted and created again, because Azure cannot change size.cores, size.memory of a live container group.',
  )
  expect(error?.hint.split('\n')).toEqual([
    'This version does not replace a group by itself: its identity, and every role given to it, would be lost. Nothing was changed.',
    'Either set size.cores, size.memory back to what the group has now (the plan shows both values), or delete it yourself and run again:',
    "  az container delete --ids '/subscriptions/5e2a7f90-06bd-4c1d-8f3a-b1c4d7e90a33/resourceGroups/rg-apono/providers/Example.Things/things/thing-0' --yes",
  ])
})

// Parentheses are legal in names of resource groups, and end a command in every shell.
test('the command stays one command, whatever the resource group is called', () => {
  const desired = thing(0, { size: 2 })
  const armId = '/subscriptions/x/resourceGroups/rg-(prod)/providers/Example.Things/things/thing-0'
  const existing = setOf(actualThing(thing(0, { size: 1 }), { armId }))
  const error = refusalOf(makePlan(new Map([[desired.address, desired]]), existing, () => thingRules))
  expect(error?.hint).toContain(`--ids '${armId}' --yes`)
})

test.each<[string, Properties, Properties]>([
  ['a no-op', { label: 'a' }, { label: 'a' }],
  ['an update', { label: 'a', image: 'x' }, { label: 'b', image: 'y' }],
])('%s may be applied', (_title, before, after) => {
  expect(refusal(before, after)).toBeUndefined()
})

test('a create may be applied', () => {
  const desired = thing(0, {})
  expect(refusalOf(makePlan(new Map([[desired.address, desired]]), setOf(), () => thingRules))).toBeUndefined()
})
