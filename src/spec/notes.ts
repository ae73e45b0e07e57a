import type { Change, Plan } from '../engine/plan.ts'
import type { ActualSet } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { strangersIn } from './adoption.ts'
import type { RoleLimit } from './condition.ts'
import type { Surroundings } from './desired.ts'
import { limitOf } from './desired-grants.ts'
import type { AzureResource } from './resources.ts'
import { knownRoleId, PRIVILEGED_ROLES, roleName } from './roles.ts'
import { workspaceNotes } from './workspace-notes.ts'

type Situation = {
  readonly inputs: Inputs
  readonly plan: Plan<AzureResource>
  readonly actual: ActualSet<AzureResource>
  readonly around: Pick<Surroundings, 'roles'>
}

const NOT_COMPARED = 'No apono-token was given, so whether it changed was not compared.'

/** Values of secure variables that this run was not given. */
function notCompared({ environmentSecure }: Inputs): string[] {
  const names = Object.entries(environmentSecure).flatMap(([name, value]) => (value === '' ? [name] : []))
  return names.length === 0
    ? []
    : [`No value was given for ${names.join(', ')} of environment-secure, so whether it changed was not compared.`]
}

/** What a reviewer has to know besides the changed properties, in sentences. */
export function notesOn({ inputs, plan, actual, around }: Situation): string[] {
  const groups = plan.changes.filter(({ kind }) => kind === 'container-group')
  const { aponoToken, aponoTokenSecret } = inputs
  const isUncompared =
    aponoToken === undefined && aponoTokenSecret === undefined && groups.some(({ action }) => action !== 'create')
  return [
    ...groups.flatMap((change) => notesOnGroup(change, inputs)),
    ...notesOnLimit(inputs, around),
    ...plan.changes.flatMap(notesOnGrant),
    ...strangersIn(plan, actual).map(
      ({ resource }) => `"${resource.name}" runs this connector too, without a mark of this action. It is left alone.`,
    ),
    ...notesOnFurtherRights(plan, actual),
    ...workspaceNotes(plan, actual, inputs),
    ...(isUncompared ? [NOT_COMPARED] : []),
    ...notCompared(inputs),
  ]
}

function notesOnGroup(change: Change, inputs: Inputs): string[] {
  switch (change.action) {
    case 'create':
      return []
    case 'no-op':
      return health(change)
    case 'delete':
      return [
        `"${change.name}" was made by this action and is no longer wanted: it is deleted, with its system-assigned identity.`,
      ]
    case 'update':
    case 'replace':
      return [...health(change), ...adoption(change), ...price(change, inputs)]
  }
}

function health({ name, before }: Extract<Change, { before: unknown }>): string[] {
  return before.health.is === 'ready' || before.health.is === 'unproven'
    ? []
    : [`"${name}" does not run at the moment: it is ${before.health.detail}.`]
}

function adoption({ adopts, name }: Extract<Change, { adopts: boolean }>): string[] {
  return adopts ? [`"${name}" runs this connector but carries no mark of this action: it is adopted and marked.`] : []
}

function price(change: Extract<Change, { adopts: boolean }>, { allowReplace }: Inputs): string[] {
  if (change.action !== 'replace') return []
  const paths = change.because.map((path) => path.join('.')).join(', ')
  return [
    `Azure cannot change ${paths} of a live group: "${change.name}" is deleted and created again. A system-assigned identity is lost with it, and its grants move to the new one. The connector is away meanwhile.`,
    ...(allowReplace ? [] : ['Apply refuses this plan unless the step says `allow-replace: true`.']),
  ]
}

/** What the connector will be able to hand out, in a sentence that a reviewer can agree to or not. */
function notesOnLimit(inputs: Inputs, around: Pick<Surroundings, 'roles'>): string[] {
  const privileged = inputs.extraRoleAssignments.filter(({ role }) =>
    PRIVILEGED_ROLES.includes(knownRoleId(role) ?? around.roles.get(role) ?? ''),
  )
  return [
    ...(inputs.permissions.scope === 'none' ? [] : [limitSentence(limitOf(inputs, around), around)]),
    ...privileged.map(
      ({ role, scope }) =>
        `\`extra-role-assignments\` gives the connector ${roleName(knownRoleId(role) ?? role)} on ${scope}, without any limit there.`,
    ),
  ]
}

function limitSentence(limit: RoleLimit, around: Pick<Surroundings, 'roles'>): string {
  const names = (roles: readonly string[]) => roles.map((role) => roleName(role, around.roles)).join(', ')
  switch (limit.to) {
    case 'all':
      return 'The connector can give and take every role at its scope, Owner included, also to itself. `constrain-roles: privileged` takes Owner and the two access administrators out; then nobody gets those through Apono.'
    case 'unprivileged':
      return `The connector can give and take every role but ${names(PRIVILEGED_ROLES)}. Its own role may also write custom roles, which no condition on assignments limits: one with the same rights could be handed out. A list of roles in \`constrain-roles\` is stricter.`
    case 'only':
      return `The connector can assign and remove these roles only (its own role may also write custom roles, so list built-in ones): ${names(limit.roles)}.`
  }
}

function notesOnGrant(change: Change<AzureResource>): string[] {
  if (change.kind !== 'role-assignment' && change.kind !== 'directory-role-assignment') return []
  switch (change.action) {
    case 'delete':
      return [`"${change.name}" is kept by this action and no longer wanted: it is taken back.`]
    case 'no-op':
      return isHeldUnmarked(change)
        ? [
            `"${change.name}" is held already, without our mark: it is adopted, and taken back once it is no longer wanted.`,
          ]
        : []
    case 'update':
      return [
        ...(change.adopts ? [`"${change.name}" is granted already, without our mark: it is adopted and marked.`] : []),
        ...(liftsLimit(change)
          ? [
              `"${change.name}" has a condition, which is taken away: the grant becomes wider. \`constrain-roles\` keeps a limit.`,
            ]
          : []),
      ]
    case 'create':
    case 'replace':
      return []
  }
}

/** Entra keeps no mark on a directory role; the group's tag, which changes in the same plan, is the mark. */
function isHeldUnmarked({ kind, before }: Extract<Change, { action: 'no-op' }>): boolean {
  return kind === 'directory-role-assignment' && before.ownership.by === 'nobody'
}

function liftsLimit({ properties }: Extract<Change, { action: 'update' }>): boolean {
  return properties.some(({ path, after }) => path[0] === 'condition' && (after === undefined || after === null))
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
