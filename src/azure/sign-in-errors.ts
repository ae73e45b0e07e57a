import { isAborted, timedOut } from '../ended.ts'
import { DeployError, type ErrorCode } from '../errors.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Claims } from './sign-in.ts'

type Identity = Pick<Inputs, 'clientId' | 'tenantId'>
type Finding = { readonly code: ErrorCode; readonly message: string; readonly hint: string }
type Explain = (identity: Identity, claims: Claims | undefined) => Finding

/** What Entra's error numbers mean for us: https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const EXPLANATIONS: Readonly<Record<string, Explain>> = {
  '700213': untrusted('subject-not-trusted', 'subject'),
  '7002138': untrusted('subject-not-trusted', 'subject (it differs in upper and lower case only)'),
  '70021': untrusted('subject-not-trusted', 'subject, issuer and audience'),
  '70025': untrusted('subject-not-trusted', 'subject, nor anything else'),
  '700211': untrusted('issuer-not-trusted', 'issuer'),
  '700212': untrusted('audience-not-trusted', 'audience'),
  '700024': () => ({
    code: 'assertion-expired',
    message: "Entra says that GitHub's token for this run is not valid at this moment.",
    hint: "GitHub's token lives for five minutes and was fetched just now, so the runner's clock is probably wrong. Correct the clock and run again.",
  }),
  '700016': ({ clientId, tenantId }) => ({
    code: 'client-not-found',
    message: `There is no application with the client id ${clientId} in the tenant ${tenantId}.`,
    hint: [
      '`client-id` has to be the application (client) id of the app registration or managed identity, not its object id; and `tenant-id` the tenant it lives in.',
      '  az ad app list --display-name <name> --query "[].{name:displayName, clientId:appId}"',
    ].join('\n'),
  }),
  '90002': tenantNotFound,
  '900023': tenantNotFound,
}

/** @returns what went wrong while signing in, with the fix for what Entra said. */
export function signInError(error: unknown, identity: Identity, claims: Claims | undefined): DeployError {
  if (error instanceof DeployError) return error
  if (isAborted(error)) return timedOut('sign in to Entra', error)
  const message = error instanceof Error ? error.message : String(error)
  const number = /AADSTS(\d+)/.exec(message)?.[1]
  const finding =
    (number !== undefined && Object.hasOwn(EXPLANATIONS, number) ? EXPLANATIONS[number] : undefined)?.(
      identity,
      claims,
    ) ?? unknownFailure(number, message)
  const facts = {
    ...claimFacts(claims),
    ...(number !== undefined && { 'Entra error': `AADSTS${number}` }),
    ...traceFacts(message),
  }
  return new DeployError(finding.code, finding.message, { hint: finding.hint, facts, cause: error })
}

/** Entra, or what stands before it, takes no requests for now. */
export function overloaded({ status }: { readonly status: number }): DeployError {
  const code = status === 429 ? 'throttled' : 'unreachable'
  return new DeployError(code, `Entra answered ${status} again and again while the workflow signed in.`, {
    hint: 'Run again in some minutes. Whether Entra is well: https://azure.status.microsoft',
  })
}

function untrusted(code: ErrorCode, what: string): Explain {
  return ({ clientId }, claims) => ({
    code,
    message: `The application ${clientId} does not trust this workflow: no federated credential has its ${what}.`,
    hint:
      claims === undefined ? 'Create a federated credential for this workflow.' : credentialCommand(clientId, claims),
  })
}

function credentialCommand(clientId: string, { subject, issuer, audience }: Claims): string {
  const parameters = JSON.stringify({ name: credentialName(subject), issuer, subject, audiences: [audience] })
  // A branch may be called anything; nobody should run it by pasting this.
  const quoted = `'${parameters.replaceAll("'", "'\\''")}'`
  return [
    'Entra compares issuer, subject and audience letter by letter. Create a credential with exactly these (it takes a few minutes to work):',
    `  az ad app federated-credential create --id ${clientId} --parameters ${quoted}`,
    'For a user-assigned managed identity, the same with:  az identity federated-credential create --name … --identity-name … --resource-group … --issuer … --subject … --audiences …',
    'The subject depends on what started the run: branch, tag, pull request or environment each need a credential of their own.',
  ].join('\n')
}

/** Each subject needs a credential of its own, and so a name of its own. Names take letters, digits, hyphens and underscores. */
function credentialName(subject: string): string {
  return subject
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 120)
    .replace(/-+$/, '')
}

function tenantNotFound({ tenantId }: Identity): Finding {
  return {
    code: 'tenant-not-found',
    message: `There is no tenant ${tenantId} in this cloud.`,
    hint: [
      'Check `tenant-id`, and `cloud` if the tenant is in Azure Government or Azure China. The tenant of a subscription:',
      '  az account show --subscription <subscription-id> --query tenantId --output tsv',
    ].join('\n'),
  }
}

function unknownFailure(number: string | undefined, message: string): Finding {
  const reason =
    number === undefined ? `: ${message}` : ` for a reason that this action does not know (AADSTS${number})`
  return {
    code: 'sign-in-failed',
    message: `Signing in to Entra failed${reason}.`,
    hint:
      number === undefined
        ? 'Check that the runner can reach the login host of `cloud`, then run again with step debug logging for the details.'
        : `Microsoft explains the number at https://login.microsoftonline.com/error?code=${number}`,
  }
}

function claimFacts(claims: Claims | undefined): Record<string, string> {
  return claims === undefined ? {} : { subject: claims.subject, issuer: claims.issuer, audience: claims.audience }
}

function traceFacts(message: string): Record<string, string> {
  const find = (name: string) => new RegExp(`${name}: ([0-9a-f-]{36})`, 'i').exec(message)?.[1]
  const [trace, correlation] = [find('Trace ID'), find('Correlation ID')]
  return { ...(trace && { 'trace id': trace }), ...(correlation && { 'correlation id': correlation }) }
}
