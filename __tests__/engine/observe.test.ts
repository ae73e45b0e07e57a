import { expect, test } from '@jest/globals'
import type { Observation, Target } from '../../src/engine/adapter.ts'
import { observe } from '../../src/engine/observe.ts'
import type { ActualSet, Resource } from '../../src/engine/resource.ts'
import { actualThing, thing } from '../builders.ts'
import { NOTHING, worldOf } from './world.ts'

const desiredSet = (...items: Resource[]) => new Map(items.map((item) => [item.address, item]))

test('what is observed is what exists of the wanted ones, and what else is marked', async () => {
  const { adapters } = worldOf(
    actualThing(thing(1, { label: 'a' })),
    actualThing(thing(5, {})),
    actualThing(thing(6, {}), { ownership: { by: 'nobody' } }),
  )
  const { actual } = await observe(adapters, desiredSet(thing(0, {}), thing(1, {})), NOTHING)
  expect([...actual.keys()]).toEqual(['thing[1]', 'thing[5]'])
  expect(actual.get(thing(1, {}).address)?.resource.properties).toEqual({ label: 'a' })
})

test('each kind is asked for its own targets, side by side, and told what is known', async () => {
  const asked: { kind: string; sought: readonly Target[]; known: ActualSet }[] = []
  const ofKind = (kind: string, found: Resource, unread: readonly string[]) => ({
    async observe(sought: readonly Target[], known: ActualSet): Promise<Observation> {
      asked.push({ kind, sought, known })
      await Promise.resolve()
      expect(asked).toHaveLength(2)
      return { actual: new Map([[found.address, actualThing(found)]]), unread }
    },
  })
  const other: Resource = { ...thing(7, {}), kind: 'other' }
  const group = actualThing(thing(9, {}))
  const known: Observation = { actual: new Map([[group.resource.address, group]]), unread: ['The first.'] }
  const seen = await observe(
    { thing: ofKind('thing', thing(1, {}), ['The second.']), other: ofKind('other', other, ['The third.']) },
    desiredSet(thing(0, {}), other),
    known,
  )
  expect(asked).toEqual([
    { kind: 'thing', sought: [thing(0, {})], known: known.actual },
    { kind: 'other', sought: [other], known: known.actual },
  ])
  expect([...seen.actual.keys()]).toEqual(['thing[9]', 'thing[1]', 'thing[7]'])
  expect(seen.unread).toEqual(['The first.', 'The second.', 'The third.'])
})
