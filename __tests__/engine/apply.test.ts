import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Adapter } from '../../src/engine/adapter.ts'
import { apply } from '../../src/engine/apply.ts'
import { observe } from '../../src/engine/observe.ts'
import { hasChanges, makePlan, type Plan } from '../../src/engine/plan.ts'
import type { Actual, ActualSet, Address, Properties, Resource } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import { actualThing, only, someThings, thing, thingRules } from '../builders.ts'

const tired = new DeployError('no-capacity', 'The region is full.', { hint: 'Try again later.' })

/** A world that works, in memory: what is applied to it is there when it is observed. Things called `broken` take no write. */
function worldOf(...existing: Resource[]) {
  const things = new Map<Address, Actual>(existing.map((item) => [item.address, actualThing(item)]))
  const requests: string[] = []
  const put = async (verb: string, after: Resource, tell: (line: string) => void): Promise<Actual> => {
    requests.push(`${verb} ${after.name}`)
    if (after.properties.broken === true) throw tired
    if (after.properties.broken === 'by us') throw new TypeError('cannot read a property of undefined')
    tell('Succeeded')
    const actual = actualThing(after, { attributes: { 'serial-number': '4711' } })
    things.set(after.address, actual)
    return actual
  }
  const adapter: Adapter = {
    rules: thingRules,
    observe: async ({ address }) => things.get(address),
    create: (after, tell) => put('create', after, tell),
    update: (after, paths, tell) => put(`update ${paths.map((path) => path.join('.')).join(' ')} of`, after, tell),
    async settle(before) {
      requests.push(`wait for ${before.resource.name}`)
      return before
    },
  }
  return { adapter, requests }
}

function plan(desired: readonly Resource[], actual: ActualSet): Plan {
  return makePlan(new Map(desired.map((item) => [item.address, item])), actual, () => thingRules)
}

async function planned(adapter: Adapter, desired: readonly Resource[]): Promise<Plan> {
  return plan(desired, await observe(adapter, desired))
}

test('each change is carried out in turn, with the paths that differ, and tells its progress under its name', async () => {
  const { adapter, requests } = worldOf(thing(1, { label: 'a', image: 'x' }), thing(2, { label: 'a' }))
  const desired = [thing(0, { label: 'a' }), thing(1, { label: 'b', image: 'y' }), thing(2, { label: 'a' })]
  const lines: string[] = []
  const outcomes = await apply(await planned(adapter, desired), adapter, (line) => lines.push(line))
  expect(outcomes.map(({ result }) => result)).toEqual(['created', 'updated', 'unchanged'])
  expect(requests).toEqual(['create thing-0', 'update image label of thing-1', 'wait for thing-2'])
  expect(lines).toEqual(['thing-0: Succeeded', 'thing-1: Succeeded'])
  expect(outcomes[0]).toMatchObject({ actual: { attributes: { 'serial-number': '4711' } } })
})

describe('after a failure', () => {
  test('the error is kept and nothing further is tried', async () => {
    const { adapter, requests } = worldOf()
    const desired = [thing(0, {}), thing(1, { broken: true }), thing(2, {}), thing(3, {})]
    const outcomes = await apply(await planned(adapter, desired), adapter, () => undefined)
    expect(outcomes.map(({ result }) => result)).toEqual(['created', 'failed', 'skipped', 'skipped'])
    expect(outcomes[1]).toMatchObject({ error: tired })
    expect(requests).toEqual(['create thing-0', 'create thing-1'])
  })

  test('a run that finds the cause mended goes on from there', async () => {
    const { adapter, requests } = worldOf()
    const broken = [thing(0, {}), thing(1, { broken: true })]
    await apply(await planned(adapter, broken), adapter, () => undefined)
    requests.length = 0
    const mended = [thing(0, {}), thing(1, {})]
    await apply(await planned(adapter, mended), adapter, () => undefined)
    expect(requests).toEqual(['wait for thing-0', 'create thing-1'])
    expect(hasChanges(await planned(adapter, mended))).toBe(false)
  })

  test('of ours, it is told as unexpected, with the original as its cause', async () => {
    const { adapter } = worldOf()
    const outcome = only(await apply(await planned(adapter, [thing(0, { broken: 'by us' })]), adapter, () => undefined))
    expect(outcome).toMatchObject({
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
  const { adapter, requests } = worldOf(thing(0, small ?? {}))
  const outcome = only(await apply(await planned(adapter, [thing(0, large ?? {})]), adapter, () => undefined))
  expect(outcome).toMatchObject({ result: 'failed', error: { code: 'unexpected' } })
  expect(requests).toEqual([])
})

test('what is observed is what exists of the targets, by address', async () => {
  const { adapter } = worldOf(thing(1, { label: 'a' }), thing(5, {}))
  const seen = await observe(adapter, [thing(0, {}), thing(1, {})])
  expect([...seen.keys()]).toEqual(['thing[1]'])
  expect(seen.get(thing(1, {}).address)?.resource.properties).toEqual({ label: 'a' })
})

test('for any world, applying what may be applied leaves nothing to plan but replaces', async () => {
  await fc.assert(
    fc.asyncProperty(someThings, someThings, async (existing, desired) => {
      const { adapter } = worldOf(...existing)
      const first = await planned(adapter, desired)
      const safe = { changes: first.changes.filter(({ action }) => action !== 'replace') }
      await apply(safe, adapter, () => undefined)
      const left = (await planned(adapter, desired)).changes.filter(({ action }) => action !== 'no-op')
      expect(left.map(({ address }) => address)).toEqual(
        first.changes.filter(({ action }) => action === 'replace').map(({ address }) => address),
      )
    }),
  )
})
