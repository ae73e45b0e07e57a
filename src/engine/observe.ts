import type { Adapter, Observation, Target } from './adapter.ts'
import type { Resource, ResourceSet } from './resource.ts'

/** What exists of the kinds of these adapters, read in parallel, beside what is known already. Never writes. */
export async function observe<R extends Resource>(
  adapters: Readonly<Record<string, Pick<Adapter<R>, 'observe'>>>,
  desired: ResourceSet<R>,
  known: Observation<R>,
): Promise<Observation<R>> {
  const found = await Promise.all(
    Object.entries(adapters).map(([kind, adapter]) => adapter.observe(soughtOf(desired, kind), known.actual)),
  )
  const all = [known, ...found]
  return { actual: new Map(all.flatMap(({ actual }) => [...actual])), unread: all.flatMap(({ unread }) => unread) }
}

function soughtOf<R extends Resource>(desired: ResourceSet<R>, kind: string): Target[] {
  return [...desired.values()].filter((resource) => resource.kind === kind)
}
