import { describe, expect, test } from '@jest/globals'
import { apply } from '../../src/engine/apply.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import { type Properties, referenceTo } from '../../src/engine/resource.ts'
import { actualThing, theOne, thing } from '../builders.ts'
import { planned, serialNumber, tired, worldOf } from './world.ts'

const RANK = { thing: { place: 0, oneByOne: false } }
const quiet = () => undefined
const forever = new AbortController().signal

test('each change is carried out, with the paths that differ, and tells its progress under its name', async () => {
  const world = worldOf(actualThing(thing(1, { label: 'a', image: 'x' })), actualThing(thing(2, { label: 'a' })))
  const desired = [thing(0, { label: 'a' }), thing(1, { label: 'b', image: 'y' }), thing(2, { label: 'a' })]
  const lines: string[] = []
  const outcomes = await apply(await planned(world, desired), world.adapters, RANK, (line) => lines.push(line), forever)
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'updated', 'unchanged'])
  expect(world.requests).toEqual(['create thing-0', 'update image label of thing-1', 'wait for thing-2'])
  expect(lines).toEqual(['thing-0: Succeeded', 'thing-1: Succeeded'])
  expect(outcomes[0]).toMatchObject({ actual: { attributes: { 'serial-number': 'serial of thing[0]' } } })
})

test('what is ours and no longer wanted is deleted, after everything of its rank is in place', async () => {
  const world = worldOf(actualThing(thing(7, { label: 'old' })))
  const outcomes = await apply(await planned(world, [thing(0, {}), thing(1, {})]), world.adapters, RANK, quiet, forever)
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'created', 'deleted'])
  expect(world.requests).toEqual(['create thing-0', 'create thing-1', 'delete thing-7'])
  expect([...world.things.keys()]).toEqual(['thing[0]', 'thing[1]'])
})

test('a value that only a created thing has is handed to those that wait for it', async () => {
  const world = worldOf()
  const waiting = thing(0, { owner: referenceTo(thing(1, {}).address, 'serial-number') })
  const outcomes = await apply(await planned(world, [waiting, thing(1, {})]), world.adapters, RANK, quiet, forever)
  expect(world.requests).toEqual(['create thing-1', 'create thing-0'])
  expect(outcomes.map(({ change }) => change.address)).toEqual(['thing[1]', 'thing[0]'])
  expect(world.things.get(waiting.address)?.resource.properties).toEqual({ owner: serialNumber(thing(1, {})) })
})

// An adapter takes what it is given: an open reference would reach Azure as the text "[object Object]".
test('a value that does not come is a failure of what waits for it, not a write without it', async () => {
  const world = worldOf()
  const waiting = thing(0, { owner: referenceTo(thing(1, {}).address, 'serial-number') })
  const bare = thing(1, { bare: true })
  const outcomes = await apply(await planned(world, [waiting, bare]), world.adapters, RANK, quiet, forever)
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'failed'])
  expect(outcomes[1]).toMatchObject({
    error: { cause: { message: 'thing[0] needs a value of thing[1], which has none' } },
  })
  expect(world.requests).toEqual(['create thing-1'])
})

describe('after a failure', () => {
  test('the rest of its wave is carried out all the same, and no wave after it', async () => {
    const world = worldOf(actualThing(thing(8, {})))
    const waiting = thing(3, { owner: referenceTo(thing(0, {}).address, 'serial-number') })
    const desired = [thing(0, {}), thing(1, { broken: true }), thing(2, {}), waiting]
    const outcomes = await apply(await planned(world, desired), world.adapters, RANK, quiet, forever)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-0', 'created'],
      ['thing-1', 'failed'],
      ['thing-2', 'created'],
      ['thing-3', 'skipped'],
      ['thing-8', 'skipped'],
    ])
    expect(outcomes[1]).toMatchObject({ error: tired })
    expect(world.finished).toEqual(['create thing-0', 'create thing-2'])
  })

  test('a run that finds the cause mended goes on from there', async () => {
    const world = worldOf()
    const waiting = thing(2, { owner: referenceTo(thing(0, {}).address, 'serial-number') })
    const broken = [thing(0, {}), thing(1, { broken: true }), waiting]
    await apply(await planned(world, broken), world.adapters, RANK, quiet, forever)
    world.requests.length = 0
    const mended = [thing(0, {}), thing(1, {}), waiting]
    await apply(await planned(world, mended), world.adapters, RANK, quiet, forever)
    expect(world.requests).toEqual(['wait for thing-0', 'create thing-1', 'create thing-2'])
    expect(hasChanges(await planned(world, mended))).toBe(false)
  })

  test('of a delete, the thing is there still and is planned again', async () => {
    const world = worldOf(actualThing(thing(7, { broken: true })))
    const outcome = theOne(await apply(await planned(world, []), world.adapters, RANK, quiet, forever))
    expect(outcome).toMatchObject({ result: 'failed', error: tired })
    expect((await planned(world, [])).changes.map(({ action }) => action)).toEqual(['delete'])
  })

  test('of ours, it is told as unexpected, with the original as its cause', async () => {
    const world = worldOf()
    const plan = await planned(world, [thing(0, { broken: 'by us' })])
    expect(theOne(await apply(plan, world.adapters, RANK, quiet, forever))).toMatchObject({
      result: 'failed',
      error: {
        code: 'unexpected',
        message: 'Something went wrong that this action does not know: cannot read a property of undefined',
        cause: expect.any(TypeError),
      },
    })
  })
})

const ROOT = thing(0, {}).address
const held = (index: number, holds: string) =>
  actualThing(thing(index, { owner: holds, size: 1 }), { attributes: { 'serial-number': `old ${index}` } })
const holder = (index: number, properties: Properties = { size: 1 }) =>
  thing(index, { ...properties, owner: referenceTo(ROOT, 'serial-number') })

describe('a replace', () => {
  const small = actualThing(thing(0, { size: 1 }), { attributes: { 'serial-number': 'old' } })

  test('of something that waits for nobody takes it away and makes it again at once', async () => {
    const world = worldOf(small)
    const outcome = theOne(
      await apply(await planned(world, [thing(0, { size: 2 })]), world.adapters, RANK, quiet, forever),
    )
    expect(outcome).toMatchObject({ result: 'replaced', actual: { resource: { properties: { size: 2 } } } })
    expect(world.requests).toEqual(['delete thing-0', 'create thing-0'])
  })

  test('of two, where one holds a value of the other, takes the holder away first and makes it last', async () => {
    const world = worldOf(small, held(1, 'old'))
    const desired = [holder(1, { size: 2 }), thing(0, { size: 2 })]
    const outcomes = await apply(await planned(world, desired), world.adapters, RANK, quiet, forever)
    expect(world.requests).toEqual(['delete thing-1', 'delete thing-0', 'create thing-0', 'create thing-1'])
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-1', 'replaced'],
      ['thing-0', 'replaced'],
    ])
    expect(world.things.get(holder(1).address)?.resource.properties.owner).toBe(serialNumber({ address: ROOT }, 2))
  })

  test('that fails to be made again leaves what waits for it removed, and a later run makes both', async () => {
    const world = worldOf(small, held(1, 'old'))
    const full = [holder(1, { size: 2 }), thing(0, { size: 2, broken: true })]
    const outcomes = await apply(await planned(world, full), world.adapters, RANK, quiet, forever)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-1', 'removed'],
      ['thing-0', 'failed'],
    ])
    expect([...world.things.keys()]).toEqual([])

    world.requests.length = 0
    const mended = [holder(1, { size: 2 }), thing(0, { size: 2 })]
    await apply(await planned(world, mended), world.adapters, RANK, quiet, forever)
    expect(world.requests).toEqual(['create thing-0', 'create thing-1'])
    expect(hasChanges(await planned(world, mended))).toBe(false)
  })

  test('whose holder cannot be taken away is not begun', async () => {
    const stuck = held(1, 'old')
    const world = worldOf(small, {
      ...stuck,
      resource: { ...stuck.resource, properties: { ...stuck.resource.properties, broken: true } },
    })
    const desired = [holder(1, { size: 2 }), thing(0, { size: 2 })]
    const outcomes = await apply(await planned(world, desired), world.adapters, RANK, quiet, forever)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-1', 'failed'],
      ['thing-0', 'skipped'],
    ])
    expect(world.requests).toEqual(['delete thing-1'])
    expect(world.things.get(ROOT)).toBe(small)
  })
})

describe('told to stop', () => {
  /** Stops with the first progress that somebody makes. */
  function stopping() {
    const controller = new AbortController()
    return { tell: () => controller.abort(), signal: controller.signal }
  }

  test('before it begins, it writes nothing', async () => {
    const world = worldOf(actualThing(thing(7, {})))
    const plan = await planned(world, [thing(0, {})])
    const outcomes = await apply(plan, world.adapters, RANK, quiet, AbortSignal.abort())
    expect(outcomes.map(({ result }) => result)).toEqual(['skipped', 'skipped'])
    expect(world.requests).toEqual([])
  })

  test('in the middle, it ends the wave that it is in, and begins no other', async () => {
    const world = worldOf(actualThing(thing(7, {})))
    const { tell, signal } = stopping()
    const plan = await planned(world, [thing(0, {}), thing(1, {}), holder(2)])
    const outcomes = await apply(plan, world.adapters, RANK, tell, signal)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-0', 'created'],
      ['thing-1', 'created'],
      ['thing-2', 'skipped'],
      ['thing-7', 'skipped'],
    ])
    expect(world.finished).toEqual(['create thing-0', 'create thing-1'])
  })

  test('between the halves of a replace, it says what is removed', async () => {
    const small = actualThing(thing(0, { size: 1 }), { attributes: { 'serial-number': 'old' } })
    const world = worldOf(small, held(1, 'old'))
    const { tell, signal } = stopping()
    const plan = await planned(world, [holder(1, { size: 2 }), thing(0, { size: 2 })])
    const outcomes = await apply(plan, world.adapters, RANK, tell, signal)
    expect(outcomes.map(({ change, result }) => [change.name, result])).toEqual([
      ['thing-1', 'removed'],
      ['thing-0', 'skipped'],
    ])
  })

  test('a run after it goes on from there', async () => {
    const world = worldOf(actualThing(thing(7, {})))
    const desired = [thing(0, {}), holder(2)]
    const { tell, signal } = stopping()
    await apply(await planned(world, desired), world.adapters, RANK, tell, signal)
    await apply(await planned(world, desired), world.adapters, RANK, quiet, forever)
    expect(hasChanges(await planned(world, desired))).toBe(false)
    expect([...world.things.keys()].sort()).toEqual(['thing[0]', 'thing[2]'])
  })
})

describe('of those that go one by one', () => {
  const ONE_BY_ONE = { thing: { place: 0, oneByOne: true } }

  test('a failure keeps the others as they are', async () => {
    const world = worldOf(...[0, 1, 2].map((index) => actualThing(thing(index, { image: 'x' }))))
    const desired = [thing(0, { image: 'y' }), thing(1, { image: 'y', broken: true }), thing(2, { image: 'y' })]
    const outcomes = await apply(await planned(world, desired), world.adapters, ONE_BY_ONE, quiet, forever)
    expect(outcomes.map(({ result }) => result)).toEqual(['updated', 'failed', 'skipped'])
    expect(world.requests).toEqual(['update image of thing-0', 'update broken image of thing-1'])
  })
})
