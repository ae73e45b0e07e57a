import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Inputs } from '../inputs/inputs.ts'

const derive = promisify<string, string, number, Buffer>(scrypt)

/**
 * What a tag may tell about the token: enough to see that it changed, useless for finding it. scrypt makes every guess dear, and
 * the group's id as the salt makes two groups with one token look different. Runs beside the network, off the main thread.
 * The leading `1.` names the recipe, so that a later one can be told apart.
 * @returns null when this run was given no token.
 */
export async function tokenFingerprint(inputs: Inputs): Promise<string | null> {
  if (inputs.aponoToken === undefined) return null
  const salt = ['apono-token', inputs.subscriptionId, inputs.resourceGroup, inputs.name].join('/').toLowerCase()
  const key = await derive(inputs.aponoToken, salt, 16)
  return `1.${key.toString('hex')}`
}
