import { type Action, countOf, hasChanges, type Plan } from '../engine/plan.ts'
import { ACTIONS } from './symbols.ts'

const COUNTED: readonly Action[] = ['create', 'update', 'replace', 'delete']

/** The plan in one line: "No changes." or "1 to create, 2 to update." */
export function verdict(plan: Plan): string {
  if (!hasChanges(plan)) return 'No changes.'
  const counts = COUNTED.map((action) => ({ count: countOf(plan, action), action })).filter(({ count }) => count > 0)
  return `${counts.map(({ count, action }) => `${count} ${ACTIONS[action].toDo}`).join(', ')}.`
}
