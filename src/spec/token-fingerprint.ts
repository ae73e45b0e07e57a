import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Inputs } from '../inputs/inputs.ts'

const derive = promisify<string, string, number, Buffer>(scrypt)

/**
 * What a tag may tell about a secret: enough to see that it changed, useless for finding it. scrypt makes every guess dear, and
 * the group's id as the salt makes two groups with one secret look different. Runs beside the network, off the main thread.
 * The leading `1.` names the recipe, so that a later one can be told apart.
 * @returns null when this run was given no such secret.
 */
async function fingerprintFor(inputs: Inputs, purpose: string, secret: string | undefined): Promise<string | null> {
  if (secret === undefined) return null
  const salt = [purpose, inputs.subscriptionId, inputs.resourceGroup, inputs.name].join('/').toLowerCase()
  const key = await derive(secret, salt, 16)
  return `1.${key.toString('hex')}`
}

export function tokenFingerprint(inputs: Inputs): Promise<string | null> {
  return fingerprintFor(inputs, 'apono-token', inputs.aponoToken)
}

export function registryFingerprint(inputs: Inputs): Promise<string | null> {
  const password = inputs.image?.pull.by === 'password' ? inputs.image.pull.password : undefined
  return fingerprintFor(inputs, 'registry-password', password)
}
