import { isRestError } from '@azure/core-rest-pipeline'
import { isAborted, timedOut } from '../ended.ts'
import { asDeployError, DeployError, REACHABILITY_HINT } from '../errors.ts'
import type { VaultSecret } from '../inputs/connector.ts'
import { field, parseJson, text } from '../json.ts'
import { isDown } from '../mishap.ts'
import type { SignedIn } from './context.ts'

type Subject = Pick<SignedIn, 'clientId' | 'tenantId'>
type Refusal = { readonly status: number; readonly code: string; readonly reason: string; readonly message: string }

/** A vault's 403: for want of a right, or because of its network rules. */
export function isForbidden(error: unknown): boolean {
  return refusalOf(error)?.status === 403 && refusalOf(error)?.reason !== 'SecretDisabled'
}

/** @returns whatever reading the secret threw, as an error that says what to do: https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
export function vaultError(error: unknown, secret: VaultSecret, subject: Subject): DeployError {
  if (error instanceof DeployError) return error.message.startsWith(secret.host) ? perhapsMistyped(error) : error
  if (isAborted(error)) return timedOut(`read the secret "${secret.name}" of ${secret.host}`, error)
  const refusal = refusalOf(error)
  if (refusal === undefined) return asDeployError(error)
  if (isDown(refusal.status)) return down(secret, refusal, error)
  const { code, message, hint } = finding(refusal, secret, subject)
  const facts = { 'Key Vault error': [refusal.status, refusal.code, refusal.reason].join(' ').trim() }
  return new DeployError(code, message, { hint, facts, cause: error })
}

/** The name of a vault is the name of its host, so that a wrong one is mostly nobody's. */
function perhapsMistyped({ code, message, hint, cause }: DeployError): DeployError {
  const named = code === 'unreachable' ? `${CHECK_NAME} ${hint}` : hint
  return new DeployError(code, message, { hint: named, cause })
}
const CHECK_NAME = 'Check the name of the vault in `apono-token-secret`.'

/** The vault, or a proxy that found no such host. */
function down({ host }: VaultSecret, { status }: Refusal, cause: unknown): DeployError {
  return new DeployError(
    'unreachable',
    `The Key Vault ${host} could not be reached: it is answered ${status}, again and again.`,
    {
      hint: `${CHECK_NAME} ${REACHABILITY_HINT}`,
      cause,
    },
  )
}

type Finding = Pick<DeployError, 'code' | 'message' | 'hint'>

function finding(refusal: Refusal, secret: VaultSecret, subject: Subject): Finding {
  const { host, name } = secret
  const { status, reason } = refusal
  if (reason === 'SecretDisabled')
    return {
      code: 'secret-not-usable',
      message: `The secret "${name}" of ${host} is disabled.`,
      hint: [
        'Enable it, or set a new value:',
        `  az keyvault secret set-attributes --id ${urlOf(secret)} --enabled true`,
      ].join('\n'),
    }
  if (status === 403 && /^ForbiddenBy(Firewall|Connection)$/.test(reason)) return blocked(refusal, secret)
  if (status === 403) return forbidden(refusal, secret, subject)
  if (status === 404)
    return {
      code: 'secret-not-usable',
      message: `There is no secret "${name}" in ${host}${secret.version === undefined ? '' : ` with the version ${secret.version}`}.`,
      hint: [
        'Correct `apono-token-secret`, recover the secret if it was deleted, or set it (the value comes from standard input, not from your history):',
        `  az keyvault secret recover --vault-name ${vaultOf(secret)} --name ${name}`,
        `  az keyvault secret set --vault-name ${vaultOf(secret)} --name ${name} --file /dev/stdin --encoding utf-8`,
      ].join('\n'),
    }
  if (status === 401)
    return {
      code: 'permission-denied',
      message: `The vault ${host} does not accept tokens of the tenant ${subject.tenantId}: ${refusal.message}`,
      hint: 'The vault has to be in the tenant of `tenant-id`, and in the cloud of `cloud`.',
    }
  return {
    code: status === 429 ? 'throttled' : 'azure-refused',
    message: `${host} refused to give the secret "${name}" (${refusal.code}): ${refusal.message}`,
    hint: 'Run again in some minutes.',
  }
}

function forbidden({ reason, message }: Refusal, secret: VaultSecret, { clientId }: Subject): Finding {
  const vault = vaultOf(secret)
  const scope =
    /^Resource: '([^']+\/vaults\/[^'/]+)/im.exec(message)?.[1] ??
    `$(az keyvault show --name ${vault} --query id --output tsv)`
  const policy = `  az keyvault set-policy --name ${vault} --spn ${clientId} --secret-permissions get`
  return {
    code: 'permission-denied',
    message: `The workflow's identity may not read the secret "${secret.name}" of ${secret.host}.`,
    hint:
      reason === 'ForbiddenByRbac'
        ? [
            '"Key Vault Secrets User" on the vault is enough (a new grant takes up to ten minutes to work):',
            `  az role assignment create --assignee ${clientId} --role "Key Vault Secrets User" --scope "${scope}"`,
          ].join('\n')
        : ['The vault has access policies; this one is enough:', policy].join('\n'),
  }
}

function blocked({ message }: Refusal, secret: VaultSecret): Finding {
  const address = /Client address: ([0-9a-fA-F.:]+)/.exec(message)?.[1]
  return {
    code: 'permission-denied',
    message: `The firewall of ${secret.host} lets this runner not in${address === undefined ? '' : ` (its address is ${address})`}.`,
    hint: [
      "Run the job on a runner inside the vault's network, or let the runner in for the time of the run:",
      `  az keyvault network-rule add --name ${vaultOf(secret)} --ip-address ${address ?? '<address of the runner>'}`,
    ].join('\n'),
  }
}

/** Expired, or too early. */
export function outOfTime(secret: VaultSecret, why: string): DeployError {
  return new DeployError('secret-not-usable', `The secret "${secret.name}" of ${secret.host} ${why}.`, {
    hint: [
      'Rotate the token in Apono and set it as a new version, or correct the dates:',
      `  az keyvault secret set-attributes --id ${urlOf(secret)} --expires <date>`,
    ].join('\n'),
  })
}

export function malformed(secret: VaultSecret): DeployError {
  return new DeployError(
    'secret-not-usable',
    `The secret "${secret.name}" of ${secret.host} holds no token of Apono.`,
    {
      hint: 'Its value has to be the token from the "Install connector" screen of Apono and nothing else, without blanks or line breaks.',
    },
  )
}

/** @throws DeployError `invalid-inputs`, before anything is sent there: our token goes to vaults of this cloud only. */
export function checkedSuffix({ host }: VaultSecret, suffix: string | undefined): string {
  const isVault = suffix !== undefined && /^[a-z][a-z0-9-]{1,22}[a-z0-9]$/.test(host.slice(0, -suffix.length - 1))
  if (isVault && host.endsWith(`.${suffix}`)) return suffix
  throw new DeployError(
    'invalid-inputs',
    `\`apono-token-secret\` leads to ${host}, which is no Key Vault of this cloud.`,
    {
      hint:
        suffix === undefined
          ? 'This cloud names no Key Vault. Give the token as `apono-token`.'
          : `Vaults of this cloud are called https://<vault>.${suffix}. Nothing was sent there.`,
    },
  )
}

function refusalOf(error: unknown): Refusal | undefined {
  // What comes with a success may be the secret: only a refusal is looked at.
  if (!isRestError(error) || error.statusCode === undefined || error.statusCode < 400) return undefined
  const body = field(parseJson(error.response?.bodyAsText), 'error')
  return {
    status: error.statusCode,
    code: text(field(body, 'code')) ?? error.code ?? '',
    reason: text(field(field(body, 'innererror'), 'code')) ?? '',
    message: text(field(body, 'message')) ?? error.message,
  }
}

function vaultOf({ host }: VaultSecret): string {
  return host.split('.')[0] ?? host
}

function urlOf({ host, name, version }: VaultSecret): string {
  return `https://${host}/secrets/${name}${version === undefined ? '' : `/${version}`}`
}
