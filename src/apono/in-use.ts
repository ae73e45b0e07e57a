import { DeployError } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Apono, Integration } from './client.ts'

/** What would be cut off by a destroy, in sentences for the plan, and as the reason not to begin. */
export type InUse = { readonly notes: readonly string[]; readonly refusal: DeployError | undefined }

const NOTHING: InUse = { notes: [], refusal: undefined }

/** Asks Apono, where a token was given, what still needs the connector that is about to go. */
export async function inUse(apono: Apono | undefined, { operation, connectorId, force }: Inputs): Promise<InUse> {
  if (apono === undefined || operation !== 'destroy') return NOTHING
  const integrations = await apono.integrationsOf(connectorId)
  if (integrations.length === 0) return { ...NOTHING, notes: ['No integration in Apono uses this connector.'] }
  return { notes: integrations.map(noteOn), refusal: force ? undefined : stillUsed(connectorId, integrations) }
}

function noteOn({ name, type }: Integration): string {
  return `The integration "${name}" (${type}) in Apono uses this connector and stops working with it.`
}

function stillUsed(connectorId: string, integrations: readonly Integration[]): DeployError {
  const names = integrations.map(({ name }) => `"${name}"`).join(', ')
  return new DeployError(
    'connector-in-use',
    `The connector "${connectorId}" is still used by ${names}. Nothing was changed.`,
    {
      hint: 'Move these integrations to another connector in Apono, or delete them. `force: true` destroys the connector all the same.',
    },
  )
}
