import type { Adapter, Observation, Rules } from '../../src/engine/adapter.ts'
import { observe } from '../../src/engine/observe.ts'
import { makePlan, type Plan } from '../../src/engine/plan.ts'
import { waitsFor } from '../../src/engine/reference.ts'
import type { Actual, Address, Resource } from '../../src/engine/resource.ts'
import { DeployError } from '../../src/errors.ts'
import { actualThing, thingRules } from '../builders.ts'

export const tired = new DeployError('no-capacity', 'The region is full.', { hint: 'Try again later.' })

/** The value that a thing gets when it is created, another one each time. Things called `bare` get none. */
export function serialNumber({ address }: Pick<Resource, 'address'>, time = 1): string {
  return time === 1 ? `serial of ${address}` : `serial of ${address}, made ${time} times`
}

/**
 * A world that works, in memory: what is applied to it is there when it is observed. Things called `broken` take no write.
 * `requests` tells each write when it begins, `finished` when it is done.
 */
export function worldOf(...existing: Actual[]) {
  const things = new Map<Address, Actual>(existing.map((item) => [item.resource.address, item]))
  const made = new Map<Address, number>(existing.map((item) => [item.resource.address, 1]))
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

  async function create(after: Resource, tell: (line: string) => void): Promise<Actual> {
    await write('create', after, tell)
    const time = (made.get(after.address) ?? 0) + 1
    made.set(after.address, time)
    return keep(after, after.properties.bare === true ? {} : { 'serial-number': serialNumber(after, time) })
  }

  function keep(after: Resource, attributes: Actual['attributes']): Actual {
    if (waitsFor(after).length > 0) throw new Error(`${after.name} was written with a value that nobody knows`)
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
    create,
    async update(before, after, paths, tell) {
      await write(`update ${paths.map((path) => path.join('.')).join(' ')} of`, after, tell)
      return keep(after, before.attributes)
    },
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
export async function planned(
  { adapters }: World,
  desired: readonly Resource[],
  rules: Rules = thingRules,
): Promise<Plan> {
  const wanted = new Map(desired.map((item) => [item.address, item]))
  const { actual } = await observe(adapters, wanted, NOTHING)
  return makePlan(wanted, actual, () => rules)
}
