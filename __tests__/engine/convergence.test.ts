import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { apply } from '../../src/engine/apply.ts'
import { hasChanges } from '../../src/engine/plan.ts'
import { type Actual, type Ownership, type Properties, type Resource, referenceTo } from '../../src/engine/resource.ts'
import { actualThing, thing } from '../builders.ts'
import { planned, serialNumber, worldOf } from './world.ts'

const RANK = { thing: 0 }
const quiet = () => undefined

const label = fc.constantFrom('a', 'b', 'c')
const ownership: fc.Arbitrary<Ownership> = fc.constantFrom<Ownership>(
  { by: 'us' },
  { by: 'nobody' },
  { by: 'other', description: 'its mark says so' },
)

type Story = { readonly desired: readonly Resource[]; readonly existing: readonly Actual[] }

/** Things 0 to 3 wait for nobody; 10 to 13 each hold a value of one of them. Both are there or not, in any state. */
const stories: fc.Arbitrary<Story> = fc
  .record({
    wantedRoots: fc.uniqueArray(fc.integer({ min: 0, max: 3 })),
    wantedLeaves: fc.dictionary(fc.constantFrom('10', '11', '12', '13'), fc.nat({ max: 3 })),
    labels: fc.array(label, { minLength: 14, maxLength: 14 }),
    foundRoots: fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4'), fc.tuple(label, ownership)),
    foundLeaves: fc.dictionary(fc.constantFrom('10', '11', '12', '13', '14'), fc.tuple(fc.nat({ max: 4 }), ownership)),
  })
  .map(({ wantedRoots, wantedLeaves, labels, foundRoots, foundLeaves }) => {
    const roots = wantedRoots.map((index) => thing(index, { label: labels[index] ?? 'a' }))
    const leaves = Object.entries(wantedLeaves).flatMap(([index, at]) => {
      const owner = roots[at]
      return owner ? [thing(Number(index), { owner: referenceTo(owner.address, 'serial-number') })] : []
    })
    const there = (index: string, properties: Properties, by: Ownership) => {
      const resource = thing(Number(index), properties)
      return actualThing(resource, { ownership: by, attributes: { 'serial-number': serialNumber(resource) } })
    }
    const existing = [
      ...Object.entries(foundRoots).map(([index, [text, by]]) => there(index, { label: text }, by)),
      ...Object.entries(foundLeaves).map(([index, [at, by]]) =>
        there(index, { owner: serialNumber(thing(at, {})) }, by),
      ),
    ]
    return { desired: [...leaves, ...roots], existing }
  })

describe('for any world with references and rests of earlier runs', () => {
  test('a plan deletes nothing that is not ours or that is wanted', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing }) => {
        const plan = await planned(worldOf(...existing), desired)
        const deleted = plan.changes.flatMap((change) => (change.action === 'delete' ? [change.before] : []))
        const ours = existing.filter(({ ownership: { by } }) => by === 'us')
        const unwanted = ours.filter(({ resource }) => desired.every(({ address }) => address !== resource.address))
        expect(new Set(deleted)).toEqual(new Set(unwanted))
      }),
    )
  })

  test('a run leaves nothing to plan, and leaves alone what is of others', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing }) => {
        const world = worldOf(...existing)
        const outcomes = await apply(await planned(world, desired), world.adapters, RANK, quiet)
        expect(outcomes.filter(({ result }) => result === 'failed')).toEqual([])
        expect(hasChanges(await planned(world, desired))).toBe(false)
        for (const other of existing) {
          const isWanted = desired.some(({ address }) => address === other.resource.address)
          if (other.ownership.by === 'us' || isWanted) continue
          expect(world.things.get(other.resource.address)).toBe(other)
        }
      }),
    )
  })

  test('a run that was stopped in the middle converges when it is run again', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.nat({ max: 3 }), async ({ desired, existing }, stumble) => {
        const world = worldOf(...existing)
        const stumbling = desired.map((one, index) =>
          index === stumble ? { ...one, properties: { ...one.properties, broken: true } } : one,
        )
        await apply(await planned(world, stumbling), world.adapters, RANK, quiet)
        await apply(await planned(world, desired), world.adapters, RANK, quiet)
        expect(hasChanges(await planned(world, desired))).toBe(false)
      }),
    )
  })

  test('nobody is written before what it waits for is there', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async ({ desired, existing }) => {
        const world = worldOf(...existing)
        await apply(await planned(world, desired), world.adapters, RANK, quiet)
        for (const { address, properties } of desired) {
          const owner = properties.owner
          if (typeof owner !== 'object' || owner === null || !('reference' in owner)) continue
          const held = world.things.get(address)?.resource.properties.owner
          expect(held).toBe(`serial of ${String(owner.reference)}`)
        }
      }),
    )
  })
})
