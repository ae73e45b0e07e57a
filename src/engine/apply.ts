import { asDeployError, type DeployError } from '../errors.ts'
import type { Adapter, Progress } from './adapter.ts'
import type { Change, Plan } from './plan.ts'
import type { Actual, Resource } from './resource.ts'

/** What became of one change. Past tense, so that a plan and a result cannot be confused. */
export type Outcome<R extends Resource = Resource> =
  | { readonly result: 'created' | 'updated' | 'unchanged'; readonly change: Change<R>; readonly actual: Actual<R> }
  | { readonly result: 'failed'; readonly change: Change<R>; readonly error: DeployError }
  | { readonly result: 'skipped'; readonly change: Change<R> }

/** Does what the plan says and nothing else, one change after another; after a failure the rest is skipped. */
export async function apply<R extends Resource>(
  plan: Plan<R>,
  adapter: Adapter<R>,
  progress: Progress,
): Promise<Outcome<R>[]> {
  const outcomes: Outcome<R>[] = []
  for (const change of plan.changes) {
    const stopped = outcomes.some(({ result }) => result === 'failed')
    outcomes.push(
      stopped
        ? { result: 'skipped', change }
        : await carryOut(change, adapter, (line) => progress(`${change.name}: ${line}`)),
    )
  }
  return outcomes
}

async function carryOut<R extends Resource>(
  change: Change<R>,
  adapter: Adapter<R>,
  progress: Progress,
): Promise<Outcome<R>> {
  try {
    switch (change.action) {
      case 'no-op':
        return { result: 'unchanged', change, actual: await adapter.settle(change.before, progress) }
      case 'create':
        return { result: 'created', change, actual: await adapter.create(change.after, progress) }
      case 'update': {
        const paths = change.properties.map(({ path }) => path)
        return { result: 'updated', change, actual: await adapter.update(change.after, paths, progress) }
      }
      case 'replace':
        // The guard refuses such plans before the first write.
        throw new Error(`a replace of ${change.address} reached apply`)
    }
  } catch (error) {
    return { result: 'failed', change, error: asDeployError(error) }
  }
}
