import type { Inputs } from '../inputs/inputs.ts'
import { fingerprintOfSecret } from './secret-fingerprint.ts'

/**
 * The token's fingerprint. The leading `1.` names the recipe, so that a later one can be told apart.
 * @returns null when this run was given no token.
 */
export async function tokenFingerprint(
  token: string | undefined,
  inputs: Pick<Inputs, 'subscriptionId' | 'resourceGroup' | 'name'>,
): Promise<string | null> {
  if (token === undefined) return null
  return `1.${(await fingerprintOfSecret(token, inputs, 'apono-token', 16)).toString('hex')}`
}
