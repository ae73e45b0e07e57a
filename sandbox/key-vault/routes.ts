import type { AccessTokens } from '../access-token.ts'
import { mayUseData } from '../authorization.ts'
import { vaultAudience } from '../endpoints.ts'
import type { Call, JsonObject, Reply, Route } from '../protocol.ts'
import type { Caller, World } from '../world.ts'
import * as errors from './error.ts'
import { findSecret, type SecretVersion, type Vault, type VaultSecret, vaultAt, vaultOrigin } from './vault.ts'

/** Numbered ones before 2025: https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
const apiVersions = ['7.4', '7.5', '7.6', '2025-07-01']

const READ = 'Microsoft.KeyVault/vaults/secrets/getSecret/action'

/** The one thing the sandbox serves of a vault: a secret in its newest or in a named version. */
export function keyVaultRoutes(world: World, tokens: AccessTokens): Route[] {
  const handle = async (call: Call) => getSecret(world, tokens, call)
  return ['/secrets/{name}', '/secrets/{name}/{version}'].map((path) => ({ method: 'GET', path, apiVersions, handle }))
}

/** Who, from where, whether allowed, whether there, whether enabled. Dates are for the reader: a secret is given outside of them too. */
async function getSecret(world: World, tokens: AccessTokens, call: Call): Promise<Reply> {
  const { host = '' } = call.headers
  const { name = '', version } = call.params
  const vault = vaultAt(world, host)
  if (vault === undefined) return { status: 501, body: errors.noVault(host) }
  const caller = await authenticate(world, tokens, vault, call)
  if (!vault.open) throw errors.blocked(vault, caller)
  if (!mayUseData(world, caller, READ, `${vault.id}/secrets/${name}`)) throw errors.forbidden(vault, caller, READ, name)
  const secret = findSecret(vault, name)
  const found = secret?.versions.findLast((each) => version === undefined || each.version === version)
  if (secret === undefined || found === undefined) throw errors.notFound(vault, version ? `${name}/${version}` : name)
  if (!found.enabled) throw errors.disabled(vault)
  return { status: 200, headers: errors.headersOf(vault), body: secretBody(vault, secret, found) }
}

async function authenticate(world: World, tokens: AccessTokens, vault: Vault, call: Call): Promise<Caller> {
  const verification = await tokens.verify(call.headers.authorization, [vaultAudience])
  if (!verification.ok) throw errors.unauthenticated(world, vault, verification)
  if (verification.caller.tenantId !== vault.tenantId) throw errors.otherTenant(world, vault, verification.caller)
  return verification.caller
}

function secretBody(
  vault: Vault,
  { name }: VaultSecret,
  { version, value, enabled, nbf, exp, created }: SecretVersion,
) {
  const attributes: JsonObject = {
    enabled,
    ...(nbf === undefined ? {} : { nbf }),
    ...(exp === undefined ? {} : { exp }),
    created,
    updated: created,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  }
  return { value, id: `${vaultOrigin(vault)}/secrets/${name}/${version}`, attributes, tags: {} }
}
