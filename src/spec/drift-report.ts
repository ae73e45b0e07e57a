import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type Drift, isDrifted } from './drift.ts'
import type { Cause } from './drift-causes.ts'

/** The failure of a run that found drift, unless the user wants none. */
export function driftFailure(
  drift: Drift,
  { failOnDrift, resourceGroup }: Pick<Inputs, 'failOnDrift' | 'resourceGroup'>,
): DeployError | undefined {
  if (!failOnDrift || !isDrifted(drift)) return undefined
  const drifted = drift.judgements.filter(({ cause }) => cause !== 'pending').map(({ change }) => `"${change.name}"`)
  const beside = drift.strangers.map((name) => `"${name}" beside it`)
  return new DeployError(
    'drifted',
    `Somebody changed Azure since the last apply: ${[...drifted, ...beside].join(', ')}.`,
    {
      hint: [
        ...remediesOf(drift, resourceGroup),
        'With `fail-on-drift: false` the run only says so, in the output `drift-detected`.',
      ].join('\n'),
    },
  )
}

/** What settles each kind of drift that there is, in sentences. */
export function remediesOf({ judgements, strangers }: Drift, resourceGroup: string): string[] {
  const causes = judgements.map(({ cause }) => cause)
  return [
    ...(causes.includes('drift')
      ? [
          'What is not wanted is taken back by `operation: apply` or `auto-repair: true`; what is wanted belongs in the inputs.',
        ]
      : []),
    ...(causes.includes('both') ? ['Where the inputs changed too, only `operation: apply` settles it.'] : []),
    ...strangers.map(
      (name) =>
        `No run touches "${name}": if nobody needs it, \`az container delete --resource-group ${resourceGroup} --name ${name}\` deletes it.`,
    ),
  ]
}

/** What a drift run says in sentences. */
export function driftNotes({ judgements, strangers }: Drift): string[] {
  if (judgements.length === 0 && strangers.length === 0)
    return ['Azure is as it was applied, and the inputs ask for nothing else.']
  return judgements.map(({ change, cause }) => `"${change.name}": ${CAUSES[cause]}`)
}

const CAUSES: Readonly<Record<Cause, string>> = {
  drift: 'somebody changed it in Azure since the last apply (drift).',
  pending: 'the inputs changed since the last apply, and nobody applied them yet (pending).',
  both: 'somebody changed it in Azure, and the inputs changed too (drift and pending). Only an apply settles that.',
}
