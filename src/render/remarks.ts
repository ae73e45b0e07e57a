import type { Change } from '../engine/plan.ts'
import type { Cause } from '../spec/drift-causes.ts'
import { losesIdentity, movesTo, movesWith } from './moves.ts'
import type { Planned } from './report.ts'
import { CAUSES } from './symbols.ts'

/** What there is to know of one change beside its properties, in few words. Names of others stand in backticks. */
export function remarksOn(change: Change, planned: Pick<Planned, 'plan' | 'drift'>): string[] {
  const cause = causeOf(change, planned)
  return [
    ...(cause === undefined ? [] : [CAUSES[cause].word]),
    ...health(change),
    ...('adopts' in change && change.adopts ? ['adopted'] : []),
    ...price(change, planned.plan),
  ]
}

function health(change: Change): string[] {
  if (!('before' in change) || change.before.health.is === 'ready') return []
  const { is, detail } = change.before.health
  return [is === 'broken' ? `does not run: \`${detail}\`` : `Azure is at work: \`${detail}\``]
}

function price(change: Change, plan: Planned['plan']): string[] {
  const group = movesTo(change, plan)
  if (group !== undefined) return [`moves to the new identity of \`${group.name}\``]
  if (change.kind !== 'container-group') return []
  if (change.action === 'update') return [change.impact === 'restart' ? 'restarts' : 'no restart']
  return [
    ...(change.action === 'replace' ? [`forced by ${paths(change.because)}`, 'away meanwhile'] : []),
    ...(losesIdentity(change) ? [change.action === 'replace' ? 'new identity' : 'its identity ends'] : []),
    ...grants(movesWith(change, plan).length),
  ]
}

function paths(because: readonly (readonly string[])[]): string {
  return because.map((path) => `\`${path.join('.')}\``).join(', ')
}

function grants(count: number): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? 'grant moves' : 'grants move'} with it`]
}

/** Whose doing the difference is, where a drift run knows. */
export function causeOf({ address }: Change, { drift }: Pick<Planned, 'drift'>): Cause | undefined {
  return drift?.judgements.find(({ change }) => change.address === address)?.cause
}
