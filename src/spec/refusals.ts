import type { Violation } from '../engine/guard.ts'
import type { Replace } from '../engine/plan.ts'
import { DeployError } from '../errors.ts'
import type { AzureResource } from './resources.ts'

/** @throws DeployError `foreign-resource`: where somebody else's resource is in the way, not even a plan makes sense. */
export function refuseForeign(violations: readonly Violation<AzureResource>[]): void {
  for (const violation of violations) {
    if (violation.reason === 'foreign') throw foreignResource(violation)
  }
}

/** The first violation as what the user is told; undefined when there is none. */
export function refusalOf([violation]: readonly Violation<AzureResource>[]): DeployError | undefined {
  if (violation === undefined) return undefined
  return violation.reason === 'foreign' ? foreignResource(violation) : replaceRefused(violation.change)
}

function foreignResource({ change, owner }: Extract<Violation<AzureResource>, { reason: 'foreign' }>): DeployError {
  const message = `"${change.name}" exists already and is not ours to change: ${owner}. Nothing was changed.`
  const { kind } = change.action === 'create' ? change.after : change.before.resource
  return new DeployError('foreign-resource', message, { hint: WAYS_OUT[kind] })
}

const SHARED_IDENTITY =
  'Two connectors that share an identity want different limits on it. Give them the same `constrain-roles`, or an identity each.'

const WAYS_OUT: Readonly<Record<AzureResource['kind'], string>> = {
  'container-group': 'Choose another `name` for this connector, or another resource group.',
  'role-assignment': SHARED_IDENTITY,
  'directory-role-assignment': SHARED_IDENTITY,
  'log-analytics-workspace':
    'Give `log-analytics` the resource id of a workspace to use it without changing it, or choose another resource group.',
}

function replaceRefused({ name, because }: Replace): DeployError {
  const paths = because.map((path) => path.join('.')).join(', ')
  const message = `"${name}" would have to be deleted and created again, because Azure cannot change ${paths} of what is there.`
  return new DeployError('replace-refused', message, {
    hint: [
      'A replaced group gets a new identity, so this takes your consent. Nothing was changed. If the plan is what you want, add to the step:',
      '  allow-replace: true',
      `Otherwise set ${paths} back to what is there now; the plan shows both values.`,
    ].join('\n'),
  })
}
