import type { Forge } from './github/forge.ts'
import type { World } from './world.ts'

const ARRAYS = ['tenants', 'subscriptions', 'managementGroups', 'vaults'] as const
const MAPS = ['resources', 'deletedWorkspaces', 'roleAssignments', 'containerGroups', 'groupOperations'] as const

/** Remembers what stands in the world and is written in the repository now. @returns what brings it back, as often as one likes; the clock and new ids go on. */
export function checkpoint(world: World, { issues, comments }: Pick<Forge, 'issues' | 'comments'>): () => void {
  const kept = copied({ ...pick(world, ARRAYS), ...pick(world, MAPS), issues, comments })
  return () => {
    const again = copied(kept)
    for (const name of ARRAYS) refill(world[name], again[name])
    for (const name of MAPS) exchange(world[name], again[name])
    exchange(issues, again.issues)
    exchange(comments, again.comments)
    world.nextOperationFailure = undefined
  }
}

function pick<Name extends keyof World>(world: World, names: readonly Name[]): Pick<World, Name> {
  // The entries are those of the names, which Object.fromEntries forgets.
  return Object.fromEntries(names.map((name) => [name, world[name]])) as Pick<World, Name>
}

/** structuredClone makes objects of another realm where tests run, which are equal to none of ours. */
function copied<T>(value: T): T {
  // Each branch makes what it was given, which TypeScript cannot see.
  return copyOf(value) as T
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, copyOf(item)]))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]))
}

/** Services hold on to the lists themselves, so their content is exchanged. */
function refill(list: unknown[], content: readonly unknown[]): void {
  list.splice(0, list.length, ...content)
}

function exchange<Key>(map: Map<Key, unknown>, content: ReadonlyMap<Key, unknown>): void {
  map.clear()
  for (const [key, value] of content) map.set(key, value)
}
