import type { Action, Change, Plan } from '../engine/plan.ts'
import { hasChanges } from '../engine/plan.ts'
import { losesIdentity, movesTo, movesWith } from './moves.ts'
import type { Planned } from './report.ts'
import { shortName } from './short-name.ts'
import { kindOf } from './symbols.ts'

/** What a part of a plan means for the connector. Names of others stand in backticks. */
export type Consequence = { readonly action: Action; readonly text: string }

const GRAVEST_FIRST: readonly Action[] = ['delete', 'replace', 'update', 'create', 'no-op']

/** What a reviewer reads when there are ten seconds, the gravest first. */
export function consequencesOf({ plan, inputs }: Pick<Planned, 'plan' | 'inputs'>): Consequence[] {
  if (!hasChanges(plan))
    return [
      {
        action: 'no-op',
        text:
          inputs.operation === 'destroy'
            ? 'Nothing of ours is left to destroy.'
            : 'Nothing to do: Azure is as the inputs say.',
      },
    ]
  // What moves with a group is part of what becomes of the group.
  const own = plan.changes.filter((change) => change.action !== 'no-op' && movesTo(change, plan) === undefined)
  const groups = own.filter(({ kind }) => kind === 'container-group')
  const rights = own.filter(({ kind }) => kind.endsWith('role-assignment'))
  const others = own.filter((change) => !groups.includes(change) && !rights.includes(change))
  return GRAVEST_FIRST.flatMap((action) => [
    ...consequence(action, groups, (same) => onConnector(same, plan, inputs)),
    ...consequence(action, rights, (same) => onRights(same, inputs.subscriptionId)),
    ...consequence(action, others, onOthers),
  ])
}

type Same = readonly [Change, ...Change[]]

function consequence(action: Action, changes: readonly Change[], text: (same: Same) => string): Consequence[] {
  const [first, ...rest] = changes.filter((change) => change.action === action)
  return first === undefined ? [] : [{ action, text: text([first, ...rest]) }]
}

function onConnector(groups: Same, plan: Plan, { allowReplace }: Planned['inputs']): string {
  const [{ action }] = groups
  const all = plan.changes.filter(({ kind }) => kind === 'container-group').length
  const which = all === 1 ? 'the connector' : `${groups.length} of ${all} container groups`
  switch (action) {
    case 'create':
      return `Creates ${which}.`
    case 'delete':
      return `Removes ${which}${groups.some(losesIdentity) ? ', and the identity with it' : ''}.`
    case 'replace':
      return [
        `Replaces ${which}: away meanwhile${groups.some(losesIdentity) ? ` and with a new identity${moving(groups, plan)}` : ', with the same identity'}.`,
        ...(allowReplace ? [] : ['Apply needs `allow-replace: true`.']),
      ].join(' ')
    case 'update':
      return groups.some((group) => 'impact' in group && group.impact === 'restart')
        ? `Restarts ${which}; its identity stays.`
        : `Updates ${which} without a restart.`
    case 'no-op':
      return ''
  }
}

function moving(groups: Same, plan: Plan): string {
  const count = groups.flatMap((group) => movesWith(group, plan)).length
  return count === 0 ? '' : `, to which ${count === 1 ? 'its grant moves' : `${count} grants move`}`
}

/** More rights than this are counted. */
const NAMED = 3

const RIGHTS: Readonly<Record<Action, readonly [before: string, after: string]>> = {
  create: ['Gives the connector', ''],
  update: ['Changes', ' of the connector'],
  replace: ['Replaces', ' of the connector'],
  delete: ['Takes', ' from the connector'],
  'no-op': ['Leaves', ''],
}

function onRights(rights: Same, subscriptionId: string): string {
  const [before, after] = RIGHTS[rights[0].action]
  const names = rights.map(({ name }) => `\`${shortName(name, subscriptionId)}\``)
  return `${before} ${names.length <= NAMED ? names.join(', ') : `${names.length} rights`}${after}.`
}

const VERBS: Readonly<Record<Action, string>> = {
  create: 'Creates',
  update: 'Updates',
  replace: 'Replaces',
  delete: 'Removes',
  'no-op': 'Leaves',
}

function onOthers(changes: Same): string {
  const kinds = [...new Set(changes.map(kindOf))].join(', ')
  return `${VERBS[changes[0].action]} ${changes.length} more: ${kinds}.`
}
