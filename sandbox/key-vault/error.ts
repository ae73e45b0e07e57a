import type { Verification } from '../access-token.ts'
import { vaultAudience } from '../endpoints.ts'
import { type JsonObject, Refusal } from '../protocol.ts'
import type { Caller, World } from '../world.ts'
import type { Vault } from './vault.ts'

/**
 * A vault's own envelope: the reason of a 403 stands in `innererror`.
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
function vaultError(
  vault: Vault,
  status: number,
  { code, message, reason }: { readonly code: string; readonly message: string; readonly reason?: string },
  headers: Readonly<Record<string, string>> = {},
): Refusal {
  const inner = reason === undefined ? {} : { innererror: { code: reason } }
  return new Refusal({
    status,
    headers: { ...headersOf(vault), ...headers },
    body: { error: { code, message, ...inner } },
  })
}

export function headersOf({ location }: Vault): Record<string, string> {
  return {
    'cache-control': 'no-cache',
    'x-ms-keyvault-region': location,
    'x-ms-keyvault-service-version': '1.9.2000.1',
  }
}

/** Says whom to ask for a token, and for what: https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses */
export function unauthenticated(world: World, vault: Vault, problem: Extract<Verification, { ok: false }>): Refusal {
  const challenge = `Bearer authorization="${world.origin}/${vault.tenantId}", resource="${vaultAudience}"`
  return vaultError(
    vault,
    401,
    { code: 'Unauthorized', message: MESSAGES[problem.problem] },
    { 'WWW-Authenticate': challenge },
  )
}

const MESSAGES = {
  missing: 'AKV10000: Request is missing a Bearer or PoP token.',
  malformed: 'AKV10001: Token validation failed.',
  expired: 'AKV10046: Unable to resolve the key used for signature validation.',
  audience: `AKV10022: Invalid audience. Expected ${vaultAudience}.`,
} as const

export function otherTenant(world: World, vault: Vault, caller: Caller): Refusal {
  const challenge = `Bearer authorization="${world.origin}/${vault.tenantId}", resource="${vaultAudience}"`
  const message = `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${vault.tenantId}/, found https://sts.windows.net/${caller.tenantId}/.`
  return vaultError(vault, 401, { code: 'Unauthorized', message }, { 'WWW-Authenticate': challenge })
}

/** As seen in https://github.com/hashicorp/terraform-provider-azurerm/issues/20742 */
export function blocked(vault: Vault, caller: Caller): Refusal {
  const message = `Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1\r\nCaller: ${nameOf(caller)}\r\n${placeOf(vault)}`
  return vaultError(vault, 403, { code: 'Forbidden', message, reason: 'ForbiddenByFirewall' })
}

/** As seen in https://github.com/piyushsachdeva/Terraform_AKS/issues/2 */
export function forbidden(vault: Vault, caller: Caller, action: string, secret: string): Refusal {
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: ${nameOf(caller)}`,
    `Action: '${action}'`,
    `Resource: '${vault.id.replace('/resourceGroups/', '/resourcegroups/').replace('/Microsoft.KeyVault/', '/microsoft.keyvault/')}/secrets/${secret}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    "DecisionReason: 'DeniedWithNoValidRBAC' ",
    placeOf(vault),
    '',
  ]
  return vaultError(vault, 403, { code: 'Forbidden', message: lines.join('\r\n'), reason: 'ForbiddenByRbac' })
}

export function disabled(vault: Vault): Refusal {
  const message = 'Operation get is not allowed on a disabled secret.'
  return vaultError(vault, 403, { code: 'Forbidden', message, reason: 'SecretDisabled' })
}

export function notFound(vault: Vault, id: string): Refusal {
  const message = `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`
  return vaultError(vault, 404, { code: 'SecretNotFound', message })
}

/** Nobody can get here in Azure: the name would not resolve. */
export function noVault(host: string): JsonObject {
  return { error: { code: 'SandboxNotImplemented', message: `The sandbox has no vault at ${host}.` } }
}

function nameOf({ clientId, objectId, tenantId }: Caller): string {
  return `appid=${clientId};oid=${objectId};iss=https://sts.windows.net/${tenantId}/`
}

function placeOf({ name, location }: Vault): string {
  return `Vault: ${name};location=${location}`
}
