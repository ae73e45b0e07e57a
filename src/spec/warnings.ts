import type { Change, Plan } from '../engine/plan.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { type AzureResource, EXPOSED_TOKEN } from './resources.ts'

/** What a reviewer must not miss, in sentences: a risk that is there, or that the plan brings. */
export function warningsOn(plan: Plan<AzureResource>): string[] {
  return plan.changes.flatMap(exposure)
}

/** The same of how the run signs in. */
export function signInWarnings({ auth }: Pick<Inputs, 'auth'>): string[] {
  if (auth.by !== 'client-secret' && auth.by !== 'client-certificate') return []
  const what = auth.by === 'client-secret' ? 'client secret' : 'certificate'
  return [
    `The run signs in with a ${what} that is stored somewhere, can leak and will expire. OpenID Connect needs none: auth: oidc, with a federated credential.`,
  ]
}

function exposure(change: Change): string[] {
  const exposed = 'properties' in change && change.properties.some(({ before }) => before === EXPOSED_TOKEN)
  return exposed
    ? [
        `The token of "${change.name}" could be read in plain text by everyone with Reader on it. It becomes a secure value; rotate it in Apono as well.`,
      ]
    : []
}
