import type { Auth } from '../inputs/sign-in.ts'
import type { Finding } from './errors.ts'
import { audienceOfCloud, casing, immutability, issuerHost, untrusted } from './federated-trust.ts'

/** What Entra compares with the federated credential, as it stands in the token that was sent. */
export type Claims = { readonly subject: string; readonly issuer: string; readonly audience: string }

/** Who tried to sign in, and with what. */
export type Attempt = { readonly auth: Auth; readonly tenantId: string; readonly claims?: Claims }

export type Explain = (attempt: Attempt, message: string) => Finding

/** What Entra's error numbers mean for us: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
export const ENTRA_FINDINGS: Readonly<Record<string, Explain>> = {
  '700213': untrusted('subject-not-trusted', 'subject', immutability),
  '7002138': untrusted('subject-not-trusted', 'subject (it differs in upper and lower case only)', casing),
  '70021': untrusted('subject-not-trusted', 'subject, issuer and audience', immutability),
  '70025': untrusted('subject-not-trusted', 'subject, nor anything else'),
  '700211': untrusted('issuer-not-trusted', 'issuer', issuerHost),
  '700212': untrusted('audience-not-trusted', 'audience', audienceOfCloud),
  '700024': notOfNow,
  '700027': signatureRefused,
  '7000215': secretRefused('is not one of its secrets'),
  '7000222': secretRefused('has expired'),
  '900612': issuerUnreachable,
  '50166': issuerUnreachable,
  '53003': blocked('A Conditional Access policy keeps it from signing in, mostly for the address of the runner.'),
  '7000112': blocked('It is disabled in the tenant.'),
  '700016': clientNotFound,
  '7000229': ({ auth, tenantId }) => ({
    code: 'client-not-found',
    message: `The application ${auth.clientId} has no service principal in the tenant ${tenantId}.`,
    hint: `Create it once:\n  az ad sp create --id ${auth.clientId}`,
  }),
  '90002': tenantNotFound,
  '900023': tenantNotFound,
}

/** Beyond this, a difference between two clocks is no matter of the way. */
const SKEW_MS = 2 * 60 * 1000

/** Entra tells its own time and the limits of what it was sent, which tells a late assertion from a wrong clock. */
function notOfNow({ auth }: Attempt, message: string): Finding {
  const time = (name: string) => Date.parse(new RegExp(`${name} (\\d{4}-\\S+Z)`).exec(message)?.[1] ?? '')
  const [now, until] = [time('Current time:'), time('expiry time of assertion')]
  const ahead = Date.now() - now
  if (Math.abs(ahead) > SKEW_MS) {
    return {
      code: 'clock-skew',
      message: `The runner's clock is ${duration(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} Entra's.`,
      hint: 'Synchronise it (`sudo timedatectl set-ntp true` on Linux, `w32tm /resync` on Windows) and run again.',
    }
  }
  const what = auth.by === 'oidc' ? "GitHub's token for this run" : 'The assertion that was sent'
  const late = now >= until ? `had expired ${duration(now - until)} before it arrived` : 'is not valid at this moment'
  return { code: 'assertion-expired', message: `${what} ${late}.`, hint: LATE[auth.by] }
}

const FETCHED_NOW =
  'It was made just now, so something held it back: a machine that slept, or a proxy. Run again; if it stays, look at the way from the runner to Entra.'

const LATE: Readonly<Record<Auth['by'], string>> = {
  oidc: FETCHED_NOW,
  'client-secret': FETCHED_NOW,
  'client-certificate': FETCHED_NOW,
  'managed-identity': FETCHED_NOW,
  'azure-cli':
    "azure/login keeps GitHub's token, which lives for five minutes: run this step right after it, or use `auth: oidc`, which fetches a fresh one.",
}

function duration(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`
}

function signatureRefused({ auth, claims }: Attempt, message: string): Finding {
  const thumbprint = /Thumbprint of key used by client: '([0-9A-F]+)'/i.exec(message)?.[1]
  if (auth.by === 'oidc') {
    return {
      code: 'credential-refused',
      message: `Entra could not verify the signature of GitHub's token with the keys of ${claims?.issuer ?? 'its issuer'}.`,
      hint: 'The keys of the issuer changed, or those that Entra sees are not those that signed. Run again in some minutes; on GitHub Enterprise Server, check what is served under /.well-known/jwks of the issuer.',
    }
  }
  return {
    code: 'credential-refused',
    message: `The application ${auth.clientId} does not have the certificate that signed${thumbprint === undefined ? '' : ` (thumbprint ${thumbprint})`}.`,
    hint: [
      'Upload it, without its key. What the application has, and how to add one:',
      `  az ad app credential list --id ${auth.clientId} --cert --query "[].{thumbprint:customKeyIdentifier, end:endDateTime}" --output table`,
      `  az ad app credential reset --id ${auth.clientId} --append --cert @certificate.pem`,
    ].join('\n'),
  }
}

function secretRefused(wrong: string): Explain {
  return ({ auth }) => ({
    code: 'credential-refused',
    message: `Entra refuses the secret of the application ${auth.clientId}: it ${wrong}.`,
    hint: [
      'The secret has to be its value, not its id. A new one, for the secret behind AZURE_CLIENT_SECRET:',
      `  az ad app credential reset --id ${auth.clientId} --append`,
      'Better: `auth: oidc`, which has no secret that could expire.',
    ].join('\n'),
  })
}

function issuerUnreachable({ claims }: Attempt): Finding {
  const issuer = claims?.issuer ?? '<issuer>'
  return {
    code: 'issuer-unreachable',
    message: `Entra could not fetch the keys of the issuer ${issuer}.`,
    hint: [
      "Entra has to reach these two from Microsoft's network; GitHub Enterprise Server behind a firewall keeps it out:",
      `  ${issuer}/.well-known/openid-configuration`,
      `  ${issuer}/.well-known/jwks`,
      'If they cannot be opened, sign in another way: `auth: managed-identity` on a runner in Azure, or `auth: environment`.',
    ].join('\n'),
  }
}

function blocked(why: string): Explain {
  return ({ auth }) => ({
    code: 'access-blocked',
    message: `Entra does not let the application ${auth.clientId ?? 'of this run'} in. ${why}`,
    hint: 'An administrator finds the reason in Entra under Sign-in logs > Service principal sign-ins, by the correlation id above. A runner with a fixed address can be let through by the policy.',
  })
}

function clientNotFound({ auth, tenantId }: Attempt): Finding {
  return {
    code: 'client-not-found',
    message: `There is no application with the client id ${auth.clientId} in the tenant ${tenantId}.`,
    hint: [
      '`client-id` has to be the application (client) id of the app registration or managed identity, not its object id; and `tenant-id` the tenant it lives in.',
      '  az ad app list --display-name <name> --query "[].{name:displayName, clientId:appId}"',
    ].join('\n'),
  }
}

function tenantNotFound({ tenantId }: Attempt): Finding {
  return {
    code: 'tenant-not-found',
    message: `There is no tenant ${tenantId} in this cloud.`,
    hint: [
      'Check `tenant-id`, and `cloud` if the tenant is in Azure Government or Azure China. The tenant of a subscription:',
      '  az account show --subscription <subscription-id> --query tenantId --output tsv',
    ].join('\n'),
  }
}
