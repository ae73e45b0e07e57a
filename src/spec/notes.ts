import type { Change, Plan } from '../engine/plan.ts'
import type { ActualSet } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Surroundings } from './desired.ts'
import { limitOf } from './desired-grants.ts'
import { type AzureResource, EXPOSED_TOKEN } from './resources.ts'
import { PRIVILEGED_ROLES, roleName } from './roles.ts'

type Situation = {
  readonly inputs: Inputs
  readonly plan: Plan<AzureResource>
  readonly actual: ActualSet<AzureResource>
  readonly around: Pick<Surroundings, 'roles'>
}

const NOT_COMPARED = 'No apono-token was given, so whether it changed was not compared.'

/** What a reviewer has to know besides the changed properties, in sentences. */
export function notesOn({ inputs, plan, actual, around }: Situation): string[] {
  const groups = plan.changes.filter(({ kind }) => kind === 'container-group')
  const isUncompared = inputs.aponoToken === undefined && groups.some(({ action }) => action !== 'create')
  return [
    ...groups.flatMap(notesOnGroup),
    ...notesOnLimit(inputs, around),
    ...plan.changes.flatMap(notesOnGrant),
    ...notesOnFurtherRights(plan, actual),
    ...(isUncompared ? [NOT_COMPARED] : []),
  ]
}

function notesOnGroup(change: Change): string[] {
  switch (change.action) {
    case 'create':
      return []
    case 'no-op':
    case 'delete':
      return health(change)
    case 'update':
    case 'replace':
      return [...health(change), ...adoption(change), ...exposure(change), ...price(change)]
  }
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

/** What the connector will be able to hand out, in a sentence that a reviewer can agree to or not. */
function notesOnLimit(inputs: Inputs, around: Pick<Surroundings, 'roles'>): string[] {
  if (inputs.permissions.scope === 'none') return []
  const limit = limitOf(inputs, around)
  switch (limit.to) {
    case 'all':
      return [
        'The connector can give and take every role at its scope, Owner included, also to itself. `constrain-roles: privileged` takes Owner and the two access administrators out; then nobody gets those through Apono.',
      ]
    case 'unprivileged':
      return [
        `The connector can give and take every role but ${PRIVILEGED_ROLES.map(roleName).join(', ')}. A custom role with the same rights is not covered; a list of roles in \`constrain-roles\` is stricter.`,
      ]
    case 'only':
      return [`The connector can give and take these roles and no others: ${limit.roles.map(roleName).join(', ')}.`]
  }
}

function notesOnGrant(change: Change<AzureResource>): string[] {
  if (change.kind === 'container-group') return []
  if (change.action === 'delete')
    return [`"${change.name}" was granted by this action and is no longer wanted: it is taken back.`]
  return change.action === 'update' && change.adopts
    ? [`"${change.name}" is granted already, without our mark: it is adopted and marked.`]
    : []
}

/** Rights that somebody else gave the connector. They are left alone, but a reviewer should know of them. */
function notesOnFurtherRights(plan: Plan<AzureResource>, actual: ActualSet<AzureResource>): string[] {
  const planned = new Set(plan.changes.map(({ address }) => address))
  const further = [...actual.values()].filter(
    ({ resource, ownership }) => ownership.by === 'other' && !planned.has(resource.address),
  )
  if (further.length === 0) return []
  return [
    `The connector holds further rights that this action did not give and leaves alone: ${further.map(({ resource }) => resource.name).join('; ')}.`,
  ]
}
