import { type Action, countOf, hasChanges, type Plan } from '../engine/plan.ts'
import { ACTIONS } from './symbols.ts'

const COUNTED: readonly Action[] = ['create', 'update', 'replace']

/** The plan in one line: "No changes." or "1 to create, 0 to update, 0 to replace." */
export function verdict(plan: Plan): string {
  if (!hasChanges(plan)) return 'No changes.'
  return `${COUNTED.map((action) => `${countOf(plan, action)} ${ACTIONS[action].toDo}`).join(', ')}.`
}
