import { asDeployError, type DeployError } from '../errors.ts'
import type { Adapter, Adapters, Progress } from './adapter.ts'
import { type Rank, wavesOf } from './order.ts'
import type { Change, Plan } from './plan.ts'
import { type Lookup, resolve } from './reference.ts'
import type { Actual, Resource } from './resource.ts'

/** What became of one change. Past tense, so that a plan and a result cannot be confused. */
export type Outcome<R extends Resource = Resource> =
  | { readonly result: 'created' | 'updated' | 'unchanged'; readonly change: Change<R>; readonly actual: Actual<R> }
  | { readonly result: 'deleted'; readonly change: Change<R> }
  | { readonly result: 'failed'; readonly change: Change<R>; readonly error: DeployError }
  | { readonly result: 'skipped'; readonly change: Change<R> }

/** Does what the plan says and nothing else, wave after wave; after a wave with a failure the rest is skipped. */
export async function apply<R extends Resource>(
  plan: Plan<R>,
  adapters: Adapters<R>,
  rank: Rank<R>,
  progress: Progress,
): Promise<Outcome<R>[]> {
  const outcomes: Outcome<R>[] = []
  for (const wave of wavesOf(plan, rank)) {
    const failed = outcomes.some(({ result }) => result === 'failed')
    const lookup = lookupIn(outcomes)
    const done = wave.map((change) => (failed ? skipped(change) : carryOut(change, adapters, lookup, progress)))
    outcomes.push(...(await Promise.all(done)))
  }
  return outcomes
}

/** Values that earlier waves brought about. */
function lookupIn(outcomes: readonly Outcome[]): Lookup {
  const attributes = new Map(
    outcomes.flatMap((o) => ('actual' in o ? [[o.change.address, o.actual.attributes] as const] : [])),
  )
  return ({ reference, attribute }) => attributes.get(reference)?.[attribute]
}

function skipped<R extends Resource>(change: Change<R>): Outcome<R> {
  return { result: 'skipped', change }
}

async function carryOut<R extends Resource>(
  change: Change<R>,
  adapters: Adapters<R>,
  lookup: Lookup,
  report: Progress,
): Promise<Outcome<R>> {
  const kind: R['kind'] = change.kind
  const adapter: Adapter<R> = adapters[kind]
  const progress: Progress = (line) => report(`${change.name}: ${line}`)
  try {
    switch (change.action) {
      case 'no-op':
        return { result: 'unchanged', change, actual: await adapter.settle(change.before, progress) }
      case 'create':
        return { result: 'created', change, actual: await adapter.create(resolve(change.after, lookup), progress) }
      case 'update': {
        const paths = change.properties.map(({ path }) => path)
        const after = resolve(change.after, lookup)
        return { result: 'updated', change, actual: await adapter.update(change.before, after, paths, progress) }
      }
      case 'delete':
        await adapter.delete(change.before, progress)
        return { result: 'deleted', change }
      case 'replace':
        // The guard refuses such plans before the first write.
        throw new Error(`a replace of ${change.address} reached apply`)
    }
  } catch (error) {
    return { result: 'failed', change, error: asDeployError(error) }
  }
}
