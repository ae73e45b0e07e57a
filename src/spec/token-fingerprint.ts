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

/** The same of the password of a registry of one's own. */
export async function registryFingerprint(inputs: Inputs): Promise<string | null> {
  const password = inputs.image?.pull.by === 'password' ? inputs.image.pull.password : undefined
  if (password === undefined) return null
  return `1.${(await fingerprintOfSecret(password, inputs, 'registry-password', 16)).toString('hex')}`
}
