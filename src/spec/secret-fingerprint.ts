import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Inputs } from '../inputs/inputs.ts'

const derive = promisify<string, string, number, Buffer>(scrypt)

type Group = Pick<Inputs, 'subscriptionId' | 'resourceGroup' | 'name'>

/**
 * What a tag may tell about a secret: enough to see that it changed, useless for finding it. scrypt makes every guess dear, and
 * the group's id and the secret's own name as the salt make equal secrets look different. Runs beside the network, off the main thread.
 */
export async function fingerprintOfSecret(
  secret: string,
  { subscriptionId, resourceGroup, name }: Group,
  use: string,
  bytes: number,
): Promise<Buffer> {
  const group = [subscriptionId, resourceGroup, name].join('/').toLowerCase()
  return derive(secret, `${use}/${group}`, bytes)
}
