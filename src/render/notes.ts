import type { Change, Plan } from '../engine/plan.ts'
import { EXPOSED_TOKEN } from '../spec/resources.ts'

const NOT_COMPARED = 'No apono-token was given, so whether it changed was not compared.'

/** What a reviewer has to know besides the changed properties, in sentences. */
export function notesOn(plan: Plan, { tokenGiven }: { readonly tokenGiven: boolean }): string[] {
  return [
    ...plan.changes.flatMap(notesOnChange),
    ...(tokenGiven || plan.changes.every(({ action }) => action === 'create') ? [] : [NOT_COMPARED]),
  ]
}

function notesOnChange(change: Change): string[] {
  if (change.action === 'create') return []
  if (change.action === 'no-op') return health(change)
  return [...health(change), ...adoption(change), ...exposure(change), ...price(change)]
}

function health({ name, before }: Extract<Change, { before: unknown }>): string[] {
  return before.condition.is === 'ready'
    ? []
    : [`"${name}" does not run at the moment: it is ${before.condition.detail}.`]
}

function adoption({ adopts, name }: Extract<Change, { adopts: boolean }>): string[] {
  return adopts ? [`"${name}" runs this connector but carries no mark of this action: it is adopted and marked.`] : []
}

function exposure({ name, properties }: Extract<Change, { adopts: boolean }>): string[] {
  const exposed = properties.some(({ before }) => before === EXPOSED_TOKEN)
  return exposed
    ? [
        `The token of "${name}" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.`,
      ]
    : []
}

function price(change: Extract<Change, { adopts: boolean }>): string[] {
  if (change.action === 'replace') {
    const paths = change.because.map((path) => path.join('.')).join(', ')
    return [
      `Azure cannot change ${paths} of a live group. Replacing "${change.name}" would give it a new identity without the roles of the old one. This version does not do that: apply refuses this plan.`,
    ]
  }
  return [
    change.impact === 'restart'
      ? `Updating "${change.name}" restarts the connector; its identity and roles stay.`
      : `Updating "${change.name}" does not restart the connector.`,
  ]
}
