import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Rules } from '../../src/engine/adapter.ts'
import { apply } from '../../src/engine/apply.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import { type Actual, type Ownership, type Properties, type Resource, referenceTo } from '../../src/engine/resource.ts'
import { actualThing, thing, thingRules } from '../builders.ts'
import { planned, serialNumber, worldOf } from './world.ts'

const quiet = (): void => undefined
const forever = new AbortController().signal

/** As with grants: what holds a value of another has to be made again for another value. */
const RULES: Rules = {
  ...thingRules,
  impactOf: (difference) => (difference.path[0] === 'owner' ? 'replace' : thingRules.impactOf(difference)),
}
const rank = (oneByOne: boolean) => ({ thing: { place: 0, oneByOne } })

const label = fc.constantFrom('a', 'b', 'c')
const size = fc.constantFrom(1, 2)
const ownership: fc.Arbitrary<Ownership> = fc.constantFrom<Ownership>(
  { by: 'us' },
  { by: 'nobody' },
  { by: 'other', description: 'its mark says so' },
)

type Story = { readonly desired: readonly Resource[]; readonly existing: readonly Actual[]; readonly oneByOne: boolean }

/** Things 0 to 3 wait for nobody; 10 to 13 each hold a value of one of them. Both are there or not, in any state. */
const stories: fc.Arbitrary<Story> = fc
  .record({
    wantedRoots: fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
    wantedLeaves: fc.dictionary(fc.constantFrom('10', '11', '12', '13'), fc.nat({ max: 3 })),
    wanted: fc.array(fc.record({ label, size }), { minLength: 14, maxLength: 14 }),
    foundRoots: fc.dictionary(
      fc.constantFrom('0', '1', '2', '3', '4'),
      fc.tuple(fc.record({ label, size }), ownership),
    ),
    foundLeaves: fc.dictionary(
      fc.constantFrom('10', '11', '12', '13', '14'),
      fc.tuple(fc.nat({ max: 4 }), size, ownership),
    ),
    oneByOne: fc.boolean(),
  })
  .map(({ wantedRoots, wantedLeaves, wanted, foundRoots, foundLeaves, oneByOne }) => {
    const roots = wantedRoots.map((index) => thing(index, wanted[index] ?? {}))
    const leaves = Object.entries(wantedLeaves).flatMap(([index, at]) => {
      const root = roots[at]
      const own = { size: wanted[Number(index)]?.size ?? 1 }
      return root ? [thing(Number(index), { ...own, owner: referenceTo(root.address, 'serial-number') })] : []
    })
    const there = (index: string, properties: Properties, by: Ownership) => {
      const resource = thing(Number(index), properties)
      return actualThing(resource, { ownership: by, attributes: { 'serial-number': serialNumber(resource) } })
    }
    const existing = [
      ...Object.entries(foundRoots).map(([index, [properties, by]]) => there(index, properties, by)),
      ...Object.entries(foundLeaves).map(([index, [at, of, by]]) =>
        there(index, { size: of, owner: serialNumber(thing(at, {})) }, by),
      ),
    ]
    return { desired: [...leaves, ...roots], existing, oneByOne }
  })

type World = ReturnType<typeof worldOf>

async function run(world: World, desired: readonly Resource[], oneByOne: boolean, tell = quiet, stop = forever) {
  return apply(await planned(world, desired, RULES), world.adapters, rank(oneByOne), tell, stop)
}

async function isConverged(world: World, desired: readonly Resource[]): Promise<boolean> {
  return !hasChanges(await planned(world, desired, RULES))
}

describe('for any world with references and rests of earlier runs', () => {
  test('a plan deletes nothing that is not ours or that is wanted', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing }) => {
        const plan = await planned(worldOf(...existing), desired, RULES)
        const deleted = plan.changes.flatMap((change) => (change.action === 'delete' ? [change.before] : []))
        const ours = existing.filter(({ ownership: { by } }) => by === 'us')
        const unwanted = ours.filter(({ resource }) => desired.every(({ address }) => address !== resource.address))
        expect(new Set(deleted)).toEqual(new Set(unwanted))
      }),
    )
  })

  test('a run leaves nothing to plan, and leaves alone what is of others', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing, oneByOne }) => {
        const world = worldOf(...existing)
        const outcomes = await run(world, desired, oneByOne)
        expect(outcomes.filter(({ result }) => ['failed', 'skipped', 'removed'].includes(result))).toEqual([])
        expect(await isConverged(world, desired)).toBe(true)
        for (const other of existing) {
          const isWanted = desired.some(({ address }) => address === other.resource.address)
          if (other.ownership.by === 'us' || isWanted) continue
          expect(world.things.get(other.resource.address)).toBe(other)
        }
      }),
    )
  })

  test('a run that failed in the middle converges when it is run again', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.nat({ max: 3 }), async ({ desired, existing, oneByOne }, stumble) => {
        const world = worldOf(...existing)
        const stumbling = desired.map((one, index) =>
          index === stumble ? { ...one, properties: { ...one.properties, broken: true } } : one,
        )
        await run(world, stumbling, oneByOne)
        await run(world, desired, oneByOne)
        expect(await isConverged(world, desired)).toBe(true)
      }),
    )
  })

  test('a run that was told to stop after any write converges when it is run again', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.nat({ max: 8 }), async ({ desired, existing, oneByOne }, after) => {
        const world = worldOf(...existing)
        const stop = new AbortController()
        let told = 0
        const tell = () => {
          told += 1
          if (told > after) stop.abort()
        }
        await run(world, desired, oneByOne, tell, stop.signal)
        await run(world, desired, oneByOne)
        expect(await isConverged(world, desired)).toBe(true)
      }),
    )
  })

  test('whoever holds a value holds that of the thing as it is now, not as it was before', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing, oneByOne }) => {
        const world = worldOf(...existing)
        await run(world, desired, oneByOne)
        const serials = new Map(
          [...world.things.values()].map(({ resource, attributes }) => [resource.name, attributes]),
        )
        for (const { address, properties } of desired) {
          const owner = properties.owner
          if (typeof owner !== 'object' || owner === null || !('reference' in owner)) continue
          const root = desired.find((one) => one.address === owner.reference)
          const held = world.things.get(address)?.resource.properties.owner
          expect(held).toBe(serials.get(root?.name ?? '')?.['serial-number'])
        }
      }),
    )
  })

  test('every change has one outcome', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.boolean(), async ({ desired, existing, oneByOne }, isCancelled) => {
        const world = worldOf(...existing)
        const plan = await planned(world, desired, RULES)
        const signal = isCancelled ? AbortSignal.abort() : forever
        const outcomes = await apply(plan, world.adapters, rank(oneByOne), quiet, signal)
        expect(new Set(outcomes.map(({ change }) => change))).toEqual(new Set(plan.changes))
        expect(outcomes).toHaveLength(plan.changes.length)
      }),
    )
  })
})

/** Up to five replicas, each with a grant of its own; some are to get another size. */
const fleets = fc.array(fc.record({ from: size, to: size }), { minLength: 1, maxLength: 5 })

function replicaOf(name: string): number {
  return Number(/(\d+)$/.exec(name)?.[1]) % 10
}

test('of replicas that go one by one, never more than one is away or without what it holds', async () => {
  await fc.assert(
    fc.asyncProperty(fleets, async (fleet) => {
      const existing = fleet.flatMap(({ from }, index) => {
        const root = thing(index, { size: from })
        const held = thing(index + 10, { owner: serialNumber(root) })
        return [actualThing(root, { attributes: { 'serial-number': serialNumber(root) } }), actualThing(held)]
      })
      const roots = fleet.map(({ to }, index) => thing(index, { size: to }))
      const grants = roots.map((root, index) =>
        thing(index + 10, { owner: referenceTo(root.address, 'serial-number') }),
      )
      const world = worldOf(...existing)
      await run(world, [...roots, ...grants], true)
      expect(await isConverged(world, [...roots, ...grants])).toBe(true)

      const away = new Set<string>()
      for (const request of world.requests) {
        const [verb, name = ''] = request.split(' ')
        if (verb === 'delete') away.add(name)
        if (verb === 'create') away.delete(name)
        expect(new Set([...away].map(replicaOf)).size).toBeLessThanOrEqual(1)
      }
      expect(away.size).toBe(0)
      const replaced = fleet.flatMap(({ from, to }, index) => (from === to ? [] : [index]))
      expect(world.requests.filter((request) => request.startsWith('delete'))).toEqual(
        replaced.flatMap((index) => [`delete thing-${index + 10}`, `delete thing-${index}`]),
      )
    }),
  )
})
