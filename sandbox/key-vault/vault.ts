import { vaultDomain } from '../endpoints.ts'
import { remove } from '../principals.ts'
import type { World } from '../world.ts'

/** One version of a secret. Times are seconds since the epoch, as the service counts them. */
export type SecretVersion = {
  readonly version: string
  readonly value: string
  readonly enabled: boolean
  readonly nbf?: number
  readonly exp?: number
  readonly created: number
}

/** Newest version last. Names are not told apart by casing. */
export type VaultSecret = { readonly name: string; readonly versions: SecretVersion[] }

export type Vault = {
  /** ARM id, at which roles are given. */
  readonly id: string
  readonly name: string
  readonly tenantId: string
  readonly location: string
  /** Whether its firewall lets anybody in. */
  open: boolean
  readonly secrets: VaultSecret[]
}

export type NewSecret = {
  readonly vault: string
  readonly name: string
  readonly value: string
  readonly enabled?: boolean
  readonly nbf?: number
  readonly exp?: number
}

/** Makes a vault in the resource group of this id. */
export function addVault(world: World, tenantId: string, resourceGroupId: string, name: string): Vault {
  const id = `${resourceGroupId}/providers/Microsoft.KeyVault/vaults/${name}`
  const vault: Vault = { id, name, tenantId, location: 'westeurope', open: true, secrets: [] }
  world.vaults.push(vault)
  return vault
}

/** Makes a secret, or a new version of one; answers its URL with the version. */
export function setSecret(
  world: World,
  { vault: vaultName, name, value, enabled = true, nbf, exp }: NewSecret,
): string {
  const vault = vaultNamed(world, vaultName)
  const version = world.random.guid().replaceAll('-', '')
  const created = Math.floor(world.clock.now() / 1000)
  const times = { ...(nbf === undefined ? {} : { nbf }), ...(exp === undefined ? {} : { exp }) }
  const added: SecretVersion = { version, value, enabled, ...times, created }
  const secret = findSecret(vault, name)
  if (secret === undefined) vault.secrets.push({ name, versions: [added] })
  else secret.versions.push(added)
  return `${vaultOrigin(vault)}/secrets/${name}/${version}`
}

/** Deletes a secret with all its versions; false when there is none. That it could be recovered shows nowhere here. */
export function deleteSecret(world: World, vaultName: string, name: string): boolean {
  return remove(vaultNamed(world, vaultName).secrets, (secret) => isNamed(secret, name))
}

/** Opens or closes the firewall of a vault for everybody. */
export function setVaultFirewall(world: World, vaultName: string, open: boolean): void {
  vaultNamed(world, vaultName).open = open
}

export function findSecret({ secrets }: Vault, name: string): VaultSecret | undefined {
  return secrets.find((secret) => isNamed(secret, name))
}

export function vaultOrigin({ name }: Vault): string {
  return `https://${name}.${vaultDomain}`
}

export function vaultAt(world: World, host: string): Vault | undefined {
  return world.vaults.find(({ name }) => `${name}.${vaultDomain}` === host.toLowerCase())
}

function vaultNamed(world: World, name: string): Vault {
  const vault = world.vaults.find((each) => each.name === name)
  if (vault === undefined) throw new RangeError(`There is no vault '${name}'.`)
  return vault
}

function isNamed(secret: VaultSecret, name: string): boolean {
  return secret.name.toLowerCase() === name.toLowerCase()
}
