import type { ErrorCode } from '../errors.ts'
import type { Attempt, Claims, Explain } from './entra-findings.ts'

/** What else to say about a claim that no federated credential has. */
type Remark = (claims: Claims, attempt: Attempt) => readonly string[]

/** A refusal of GitHub's token for what it says: the claims as they are, and the command that makes them trusted. */
export function untrusted(code: ErrorCode, what: string, remark: Remark = () => []): Explain {
  return (attempt) => {
    const { auth, claims } = attempt
    const clientId = auth.clientId ?? '<client-id>'
    const message = `The application ${clientId} does not trust this workflow: no federated credential has its ${what}.`
    if (claims === undefined) return { code, message, hint: 'Create a federated credential for this workflow.' }
    return { code, message, hint: [...remark(claims, attempt), ...credentialCommands(clientId, claims)].join('\n') }
  }
}

/** Entra does not say how the credential is written, so what can be shown is where upper case stands in the token. */
export const casing: Remark = ({ subject }, { auth }) => [
  'A credential has this subject in other upper and lower case. Upper-case letters of the token are marked:',
  `  ${subject}`,
  `  ${subject
    .replaceAll(/[^\p{Lu}]/gu, ' ')
    .replaceAll(/\p{Lu}/gu, '^')
    .trimEnd()}`,
  'Look at yours, and delete the one that differs:',
  `  az ad app federated-credential list --id ${auth.clientId ?? '<client-id>'} --query "[].{name:name, subject:subject}" --output table`,
]

/** Repositories made, renamed or moved after 15 July 2026 have their ids in the subject: https://docs.github.com/actions/reference/security/oidc */
export const immutability: Remark = ({ subject }) => {
  const former = subject.replace(/^repo:([^/@]+)@\d+\/([^:@]+)@\d+:/, 'repo:$1/$2:')
  return former === subject
    ? []
    : [`This repository has immutable subjects, with ids in them: a credential for ${former} does not match any more.`]
}

export const issuerHost: Remark = ({ issuer }) => {
  const host = URL.canParse(issuer) ? new URL(issuer).host : issuer
  return host === 'token.actions.githubusercontent.com'
    ? []
    : [`The token is of ${host}, and not of github.com: credentials for github.com's issuer do not match.`]
}

const CLOUDS: Readonly<Record<string, string>> = {
  'api://AzureADTokenExchange': 'public',
  'api://AzureADTokenExchangeUSGov': 'usgovernment',
  'api://AzureADTokenExchangeChina': 'china',
}

/** Each cloud has an audience of its own. */
export const audienceOfCloud: Remark = ({ audience }) => [
  `${audience} is the audience of \`cloud: ${CLOUDS[audience] ?? 'public'}\`. If the application is in another cloud, set \`cloud\`:`,
  ...Object.entries(CLOUDS).map(([each, cloud]) => `  ${cloud}: ${each}`),
]

function credentialCommands(clientId: string, { subject, issuer, audience }: Claims): string[] {
  const parameters = JSON.stringify({ name: credentialName(subject), issuer, subject, audiences: [audience] })
  return [
    'Entra compares issuer, subject and audience letter by letter. Create a credential with exactly these (it takes a few minutes to work):',
    `  az ad app federated-credential create --id ${clientId} --parameters ${quoted(parameters)}`,
    'For a user-assigned managed identity, the same with:',
    `  az identity federated-credential create --identity-name <identity> --resource-group <group> --name ${credentialName(subject)} --issuer ${quoted(issuer)} --subject ${quoted(subject)} --audiences ${quoted(audience)}`,
    'The subject depends on what started the run: branch, tag, pull request or environment each need a credential of their own.',
  ]
}

/** A branch may be called anything; nobody should run it by pasting this. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Each subject needs a credential of its own, and so a name of its own. Names take letters, digits, hyphens and underscores. */
function credentialName(subject: string): string {
  return subject
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 120)
    .replace(/-+$/, '')
}
