import type { Adapter, Target } from './adapter.ts'
import type { ActualSet, Resource } from './resource.ts'

/** What exists of the targets, read in parallel. Never writes. */
export async function observe<R extends Resource>(
  adapter: Adapter<R>,
  targets: readonly Target[],
): Promise<ActualSet<R>> {
  const found = await Promise.all(targets.map((target) => adapter.observe(target)))
  return new Map(found.flatMap((actual) => (actual === undefined ? [] : [[actual.resource.address, actual] as const])))
}
