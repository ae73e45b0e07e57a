import type { Change, Plan, Replace } from './plan.ts'
import type { Resource } from './resource.ts'

/** What the user agreed to beforehand. */
export type Policy = { readonly allowReplace: boolean }

/** Why a plan may not be carried out, as data. */
export type Violation<R extends Resource = Resource> =
  | { readonly reason: 'foreign'; readonly change: Change<R>; readonly owner: string }
  | { readonly reason: 'replace'; readonly change: Replace<R> }

/** Judges the whole plan before the first write: somebody else's resource in the way first, then what nobody agreed to. */
export function violationsOf<R extends Resource>(plan: Plan<R>, { allowReplace }: Policy): Violation<R>[] {
  const foreign = plan.changes.flatMap((change): Violation<R>[] => {
    if (change.action !== 'update' && change.action !== 'replace') return []
    const { ownership } = change.before
    return ownership.by === 'other' ? [{ reason: 'foreign', change, owner: ownership.description }] : []
  })
  const replaced = plan.changes.filter((change) => change.action === 'replace')
  return [...foreign, ...(allowReplace ? [] : replaced.map((change) => ({ reason: 'replace', change }) as const))]
}
