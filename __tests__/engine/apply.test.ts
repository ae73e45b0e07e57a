import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { apply } from '../../src/engine/apply.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import { type Properties, referenceTo } from '../../src/engine/resource.ts'
import { actualThing, only, someThings, thing } from '../builders.ts'
import { planned, serialNumber, tired, worldOf } from './world.ts'

const RANK = { thing: 0 }
const quiet = () => undefined

test('each change is carried out, with the paths that differ, and tells its progress under its name', async () => {
  const world = worldOf(actualThing(thing(1, { label: 'a', image: 'x' })), actualThing(thing(2, { label: 'a' })))
  const desired = [thing(0, { label: 'a' }), thing(1, { label: 'b', image: 'y' }), thing(2, { label: 'a' })]
  const lines: string[] = []
  const outcomes = await apply(await planned(world, desired), world.adapters, RANK, (line) => lines.push(line))
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'updated', 'unchanged'])
  expect(world.requests).toEqual(['create thing-0', 'update image label of thing-1', 'wait for thing-2'])
  expect(lines).toEqual(['thing-0: Succeeded', 'thing-1: Succeeded'])
  expect(outcomes[0]).toMatchObject({ actual: { attributes: { 'serial-number': 'serial of thing[0]' } } })
})

test('what is ours and no longer wanted is deleted, after everything of its rank is in place', async () => {
  const world = worldOf(actualThing(thing(7, { label: 'old' })))
  const outcomes = await apply(await planned(world, [thing(0, {}), thing(1, {})]), world.adapters, RANK, quiet)
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'created', 'deleted'])
  expect(world.requests).toEqual(['create thing-0', 'create thing-1', 'delete thing-7'])
  expect([...world.things.keys()]).toEqual(['thing[0]', 'thing[1]'])
})

test('a value that only a created thing has is handed to those that wait for it', async () => {
  const world = worldOf()
  const waiting = thing(0, { owner: referenceTo(thing(1, {}).address, 'serial-number') })
  const outcomes = await apply(await planned(world, [waiting, thing(1, {})]), world.adapters, RANK, quiet)
  expect(world.requests).toEqual(['create thing-1', 'create thing-0'])
  expect(outcomes.map(({ change }) => change.address)).toEqual(['thing[1]', 'thing[0]'])
  expect(world.things.get(waiting.address)?.resource.properties).toEqual({ owner: serialNumber(thing(1, {})) })
})

// An adapter takes what it is given: an open reference would reach Azure as the text "[object Object]".
test.failing('a value that does not come is a failure of what waits for it, not a write without it', async () => {
  const world = worldOf()
  const waiting = thing(0, { owner: referenceTo(thing(1, {}).address, 'serial-number') })
  const bare = thing(1, { bare: true })
  const outcomes = await apply(await planned(world, [waiting, bare]), world.adapters, RANK, quiet)
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'failed'])
  expect(world.requests).toEqual(['create thing-1'])
})

describe('after a failure', () => {
  test('the rest of its wave is carried out all the same, and no wave after it', async () => {
    const world = worldOf(actualThing(thing(8, {})))
    const waiting = thing(3, { owner: referenceTo(thing(0, {}).address, 'serial-number') })
    const desired = [thing(0, {}), thing(1, { broken: true }), thing(2, {}), waiting]
    const outcomes = await apply(await planned(world, desired), world.adapters, RANK, quiet)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-0', 'created'],
      ['thing-1', 'failed'],
      ['thing-2', 'created'],
      ['thing-8', 'skipped'],
      ['thing-3', 'skipped'],
    ])
    expect(outcomes[1]).toMatchObject({ error: tired })
    expect(world.finished).toEqual(['create thing-0', 'create thing-2'])
  })

  test('a run that finds the cause mended goes on from there', async () => {
    const world = worldOf()
    const waiting = thing(2, { owner: referenceTo(thing(0, {}).address, 'serial-number') })
    const broken = [thing(0, {}), thing(1, { broken: true }), waiting]
    await apply(await planned(world, broken), world.adapters, RANK, quiet)
    world.requests.length = 0
    const mended = [thing(0, {}), thing(1, {}), waiting]
    await apply(await planned(world, mended), world.adapters, RANK, quiet)
    expect(world.requests).toEqual(['wait for thing-0', 'create thing-1', 'create thing-2'])
    expect(hasChanges(await planned(world, mended))).toBe(false)
  })

  test('of a delete, the thing is there still and is planned again', async () => {
    const world = worldOf(actualThing(thing(7, { broken: true })))
    const outcome = only(await apply(await planned(world, []), world.adapters, RANK, quiet))
    expect(outcome).toMatchObject({ result: 'failed', error: tired })
    expect((await planned(world, [])).changes.map(({ action }) => action)).toEqual(['delete'])
  })

  test('of ours, it is told as unexpected, with the original as its cause', async () => {
    const world = worldOf()
    const plan = await planned(world, [thing(0, { broken: 'by us' })])
    expect(only(await apply(plan, world.adapters, RANK, quiet))).toMatchObject({
      result: 'failed',
      error: {
        code: 'unexpected',
        message: 'Something went wrong that this action does not know: cannot read a property of undefined',
        cause: expect.any(TypeError),
      },
    })
  })
})

test('a replace that got past the guard writes nothing', async () => {
  const [small, large]: Properties[] = [{ size: 1 }, { size: 2 }]
  const world = worldOf(actualThing(thing(0, small ?? {})))
  const plan = await planned(world, [thing(0, large ?? {})])
  expect(only(await apply(plan, world.adapters, RANK, quiet))).toMatchObject({
    result: 'failed',
    error: { code: 'unexpected' },
  })
  expect(world.requests).toEqual([])
})

test('for any world, applying what may be applied leaves nothing to plan but replaces', async () => {
  await fc.assert(
    fc.asyncProperty(someThings, someThings, async (existing, desired) => {
      const world = worldOf(...existing.map((item) => actualThing(item)))
      const first = await planned(world, desired)
      const safe = { changes: first.changes.filter(({ action }) => action !== 'replace') }
      await apply(safe, world.adapters, RANK, quiet)
      const left = (await planned(world, desired)).changes.filter(({ action }) => action !== 'no-op')
      expect(left.map(({ address }) => address)).toEqual(
        first.changes.filter(({ action }) => action === 'replace').map(({ address }) => address),
      )
    }),
  )
})
