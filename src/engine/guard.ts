import { DeployError } from '../errors.ts'
import type { Plan, Replace } from './plan.ts'

/** Why this plan may not be applied, found before the first write; undefined when it may. */
export function refusalOf(plan: Plan): DeployError | undefined {
  const replaced = plan.changes.find((change) => change.action === 'replace')
  return replaced === undefined ? undefined : replaceRefused(replaced)
}

/** @throws DeployError `foreign-resource`: where somebody else's resource is in the way, not even a plan makes sense. */
export function refuseForeign(plan: Plan): void {
  for (const change of plan.changes) {
    if (change.action !== 'update' && change.action !== 'replace') continue
    const { ownership } = change.before
    if (ownership.by === 'other') throw foreignResource(change.name, ownership.description)
  }
}

function foreignResource(name: string, owner: string): DeployError {
  return new DeployError('foreign-resource', `"${name}" exists already and is not ours to change: ${owner}.`, {
    hint: 'Choose another `name` for this connector, or another resource group. Nothing was changed.',
  })
}

function replaceRefused({ name, because, before }: Replace): DeployError {
  const paths = because.map((path) => path.join('.')).join(', ')
  const message = `"${name}" would have to be deleted and created again, because Azure cannot change ${paths} of a live container group.`
  return new DeployError('replace-refused', message, {
    hint: [
      'This version does not replace a group by itself: its identity, and every role given to it, would be lost. Nothing was changed.',
      `Either set ${paths} back to what the group has now (the plan shows both values), or delete it yourself and run again:`,
      `  az container delete --ids '${before.armId}' --yes`,
    ].join('\n'),
  })
}
