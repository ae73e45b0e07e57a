import { asDeployError, type DeployError } from '../errors.ts'
import type { Adapter, Adapters, Progress } from './adapter.ts'
import { type Rank, type Step, wavesOf } from './order.ts'
import type { Change, Plan } from './plan.ts'
import { type Lookup, resolve, waitsFor } from './reference.ts'
import type { Actual, Address, Resource } from './resource.ts'

/** What became of one change. Past tense, so that a plan and a result cannot be confused. */
export type Outcome<R extends Resource = Resource> =
  | {
      readonly result: 'created' | 'updated' | 'replaced' | 'unchanged'
      readonly change: Change<R>
      readonly actual: Actual<R>
    }
  /** `removed` is the first half of a replace whose second half was not reached. */
  | { readonly result: 'deleted' | 'removed'; readonly change: Change<R> }
  | { readonly result: 'failed'; readonly change: Change<R>; readonly error: DeployError }
  | { readonly result: 'skipped'; readonly change: Change<R> }

/** Whether a run that went on would have something to do here still. */
export function isLeft({ result }: Outcome): boolean {
  return result === 'failed' || result === 'skipped' || result === 'removed'
}

/** Does what the plan says and nothing else, wave after wave; after a wave with a failure, or once told to stop, the rest is skipped. */
export async function apply<R extends Resource>(
  plan: Plan<R>,
  adapters: Adapters<R>,
  rank: Rank<R>,
  progress: Progress,
  stop: AbortSignal,
): Promise<Outcome<R>[]> {
  const outcomes = new Map<Address, Outcome<R>>()
  for (const wave of wavesOf(plan, rank)) {
    const ended = stop.aborted || [...outcomes.values()].some(({ result }) => result === 'failed')
    const lookup = lookupIn([...outcomes.values()])
    const done = wave.map((step) => (ended ? skipped(step) : carryOut(step, adapters, lookup, progress)))
    for (const outcome of await Promise.all(done)) {
      const { address } = outcome.change
      if (outcome.result !== 'skipped' || !outcomes.has(address)) outcomes.set(address, outcome)
    }
  }
  return [...outcomes.values()]
}

/** Values that earlier waves brought about. */
function lookupIn(outcomes: readonly Outcome[]): Lookup {
  const attributes = new Map(
    outcomes.flatMap((outcome) =>
      'actual' in outcome ? [[outcome.change.address, outcome.actual.attributes] as const] : [],
    ),
  )
  return ({ reference, attribute }) => attributes.get(reference)?.[attribute]
}

function skipped<R extends Resource>({ change }: Step<R>): Outcome<R> {
  return { result: 'skipped', change }
}

async function carryOut<R extends Resource>(
  step: Step<R>,
  adapters: Adapters<R>,
  lookup: Lookup,
  report: Progress,
): Promise<Outcome<R>> {
  const { change } = step
  const kind: R['kind'] = change.kind
  const adapter: Adapter<R> = adapters[kind]
  const progress: Progress = (line) => report(`${change.name}: ${line}`)
  try {
    switch (change.action) {
      case 'no-op':
        return { result: 'unchanged', change, actual: await adapter.settle(change.before, progress) }
      case 'create':
        return { result: 'created', change, actual: await adapter.create(complete(change.after, lookup), progress) }
      case 'update': {
        const paths = change.properties.map(({ path }) => path)
        const after = complete(change.after, lookup)
        return { result: 'updated', change, actual: await adapter.update(change.before, after, paths, progress) }
      }
      case 'delete':
        await adapter.delete(change.before, progress)
        return { result: 'deleted', change }
      case 'replace':
        if (step.part !== 'make') await adapter.delete(change.before, progress)
        if (step.part === 'remove') return { result: 'removed', change }
        return { result: 'replaced', change, actual: await adapter.create(complete(change.after, lookup), progress) }
    }
  } catch (error) {
    return { result: 'failed', change, error: asDeployError(error) }
  }
}

/** What earlier waves should have brought about is there, or nothing may be sent. */
function complete<R extends Resource>(after: R, lookup: Lookup): R {
  const resolved = resolve(after, lookup)
  const [missing] = waitsFor(resolved)
  if (missing !== undefined) throw new Error(`${after.address} needs a value of ${missing}, which has none`)
  return resolved
}
