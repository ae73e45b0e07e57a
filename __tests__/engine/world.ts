import type { Adapter, Observation } from '../../src/engine/adapter.ts'
import { observe } from '../../src/engine/observe.ts'
import { makePlan, type Plan } from '../../src/engine/plan.ts'
import { waitsFor } from '../../src/engine/reference.ts'
import type { Actual, Address, Resource } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import { actualThing, thingRules } from '../builders.ts'

export const tired = new DeployError('no-capacity', 'The region is full.', { hint: 'Try again later.' })

/** The value that a thing gets when it is created. Things called `bare` get none. */
export function serialNumber({ address }: Pick<Resource, 'address'>): string {
  return `serial of ${address}`
}

/**
 * A world that works, in memory: what is applied to it is there when it is observed. Things called `broken` take no write.
 * `requests` tells each write when it begins, `finished` when it is done.
 */
export function worldOf(...existing: Actual[]) {
  const things = new Map<Address, Actual>(existing.map((item) => [item.resource.address, item]))
  const requests: string[] = []
  const finished: string[] = []

  async function write(verb: string, { name, properties }: Resource, tell: (line: string) => void): Promise<void> {
    requests.push(`${verb} ${name}`)
    await Promise.resolve()
    if (properties.broken === true) throw tired
    if (properties.broken === 'by us') throw new TypeError('cannot read a property of undefined')
    tell('Succeeded')
    finished.push(`${verb} ${name}`)
  }

  async function put(verb: string, after: Resource, tell: (line: string) => void): Promise<Actual> {
    await write(verb, after, tell)
    if (waitsFor(after).length > 0) throw new Error(`${after.name} was written with a value that nobody knows`)
    const attributes = after.properties.bare === true ? {} : { 'serial-number': serialNumber(after) }
    const actual = actualThing(after, { attributes })
    things.set(after.address, actual)
    return actual
  }

  const adapter: Adapter = {
    rules: thingRules,
    async observe(sought) {
      const wanted = new Set(sought.map(({ address }) => address))
      const seen = [...things].filter(([address, { ownership }]) => wanted.has(address) || ownership.by !== 'nobody')
      return { actual: new Map(seen), unread: [] }
    },
    create: (after, tell) => put('create', after, tell),
    update: (_before, after, paths, tell) =>
      put(`update ${paths.map((path) => path.join('.')).join(' ')} of`, after, tell),
    async delete({ resource }, tell) {
      await write('delete', resource, tell)
      things.delete(resource.address)
    },
    async settle(before) {
      requests.push(`wait for ${before.resource.name}`)
      return before
    },
  }
  return { adapters: { thing: adapter }, requests, finished, things }
}

type World = Pick<ReturnType<typeof worldOf>, 'adapters'>

export const NOTHING: Observation = { actual: new Map(), unread: [] }

/** The plan that a run would make in this world. */
export async function planned({ adapters }: World, desired: readonly Resource[]): Promise<Plan> {
  const wanted = new Map(desired.map((item) => [item.address, item]))
  const { actual } = await observe(adapters, wanted, NOTHING)
  return makePlan(wanted, actual, () => thingRules)
}
