import type { Observation, Target } from '../engine/adapter.ts'
import { alphabetically } from '../engine/canonical.ts'
import { type Actual, type Address, addressOf } from '../engine/resource.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import type { Sighting } from '../spec/sighting.ts'
import { actualOf } from './container-group-state.ts'
import { asking, type Context } from './context.ts'
import { isNotFound } from './errors.ts'
import { sentAt, sightingOf } from './sighting.ts'
import { certain, listed, understood } from './understood.ts'

/** A group in our words, and what Azure shows of its inside. */
export type Seen = { readonly actual: Actual<ContainerGroup>; readonly sighting: Sighting }

/** The ways of looking at container groups. Nothing here writes. */
export function groupReader({ clients, inputs }: Pick<Context, 'clients' | 'inputs'>) {
  const { containerGroups } = clients.containerInstance
  const { resourceGroup } = inputs
  const ask = asking(inputs)
  const read = async (target: Target) => (await look(target)).actual

  /** @param since when the group was last written, see `Trial`. */
  async function look(target: Target, since = 0): Promise<Seen> {
    let date: string | undefined
    const group = await containerGroups.get(resourceGroup, target.name, {
      onResponse: ({ headers }) => {
        date = headers.get('date')
      },
    })
    const at = sentAt(date)
    return {
      actual: actualOf(group, target, inputs, at, since),
      sighting: understood('a container group', () => sightingOf(group, at)),
    }
  }

  /** The sought ones by name; and by a list whatever else in the resource group is this connector. */
  async function observe(sought: readonly Target[]): Promise<Observation<ContainerGroup>> {
    const [found, others] = await Promise.all([
      Promise.all(sought.map((target) => ask(`read the container group "${target.name}"`, () => readIfThere(target)))),
      ask(`list the container groups of "${resourceGroup}"`, () => listOthers(sought)),
    ])
    const open = sought.filter((_, index) => found[index] === undefined)
    const stands = others.slice(0, inputs.given.name ? 0 : open.length)
    const adopted = await Promise.all(
      stands.map((name, index) =>
        ask(`read the container group "${name}"`, () => readIfThere({ address: addressAt(open, index), name })),
      ),
    )
    const rest = await Promise.all(
      others
        .slice(stands.length)
        .map((name) =>
          ask(`read the container group "${name}"`, () =>
            readIfThere({ address: addressOf('container-group', name), name }),
          ),
        ),
    )
    const groups = [...found, ...adopted, ...rest].filter((group) => group !== undefined)
    return { actual: new Map(groups.map((group) => [group.resource.address, group])), unread: [] }
  }

  /** Names of groups that are this connector without being sought, those with our mark first. */
  async function listOthers(sought: readonly Target[]): Promise<string[]> {
    const groups = await listed('a list of container groups', containerGroups.listByResourceGroup(resourceGroup))
    const names = groups.flatMap((group) => {
      const name = understood('a container group', () => certain(group.name))
      // A list tells nothing of what goes on inside.
      const { ownership } = actualOf(group, { address: addressOf('container-group', name), name }, inputs, 0)
      const isSought = sought.some((one) => one.name.toLowerCase() === name.toLowerCase())
      return isSought || ownership.by === 'other' ? [] : [{ name, ours: ownership.by === 'us' }]
    })
    return names
      .sort((a, b) => Number(b.ours) - Number(a.ours) || alphabetically(a.name, b.name))
      .map(({ name }) => name)
  }

  async function readIfThere(target: Target): Promise<Actual<ContainerGroup> | undefined> {
    try {
      return await read(target)
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  return { observe, look, read, readIfThere }
}

function addressAt(targets: readonly Target[], index: number): Address {
  return targets[index]?.address ?? addressOf('container-group', index)
}
