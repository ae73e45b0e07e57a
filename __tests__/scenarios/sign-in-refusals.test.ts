import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { GithubSettings } from '../../sandbox/github-settings.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { fieldsOf, stringsOf } from '../specs/json.ts'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { type Result, writesOf } from '../stage/result.ts'
import { onStage, type Stage } from '../stage.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

function clientIdOf({ sandbox }: Stage): string {
  return sandbox.inputs['client-id'] ?? ''
}

type Start = { readonly what: string; readonly settings: Partial<GithubSettings>; readonly subject: string }
const starts: readonly Start[] = [
  {
    what: 'a branch',
    settings: { ref: 'refs/heads/feature' },
    subject: 'repo:acme/infrastructure:ref:refs/heads/feature',
  },
  {
    what: 'a branch of a repository with immutable subjects',
    settings: { ref: 'refs/heads/feature', immutableSubject: true },
    subject: 'repo:acme@1001/infrastructure@2002:ref:refs/heads/feature',
  },
  {
    what: 'a pull request of another repository',
    settings: { repository: 'acme/other', eventName: 'pull_request', ref: 'refs/pull/7/merge' },
    subject: 'repo:acme/other:pull_request',
  },
  {
    what: 'an environment',
    settings: { environment: 'staging: eu' },
    subject: 'repo:acme/infrastructure:environment:staging%3A eu',
  },
  { what: 'a tag', settings: { ref: 'refs/tags/v1' }, subject: 'repo:acme/infrastructure:ref:refs/tags/v1' },
]

test.each(starts)('for $what that is not trusted, the printed command makes it trusted', ({ settings, subject }) =>
  onStage(async (stage) => {
    stage.control.setGithub(settings)
    const refused = await stage.runInProcess({ operation: 'apply' })
    expectFailure(refused, 'subject-not-trusted', 'no federated credential has its subject', subject, 'AADSTS700213')
    expect(writesOf(refused)).toEqual([])

    const command = commandIn(refused, 'az ad app federated-credential create')
    expect(flagOf(command, 'id')).toBe(clientIdOf(stage))
    const parameters = fieldsOf(JSON.parse(flagOf(command, 'parameters')))
    expect(parameters.subject).toBe(subject)
    stage.control.addFederatedCredential(clientIdOf(stage), {
      issuer: String(parameters.issuer),
      subject: String(parameters.subject),
      audience: stringsOf(parameters.audiences)[0] ?? '',
    })
    expect((await stage.runInProcess({ operation: 'apply' })).exitCode).toBe(0)
  }),
)

test('a subject in other casing is named as that', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ repository: 'Acme/Infrastructure' })
    const refused = await stage.runInProcess({})
    expectFailure(
      refused,
      'subject-not-trusted',
      'upper and lower case only',
      '  repo:Acme/Infrastructure:ref:refs/heads/main\n       ^    ^',
      'az ad app federated-credential list',
    )
  }))

test('an application without credentials is told apart from one with others', () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    const refused = await stage.runInProcess({})
    expectFailure(
      refused,
      'subject-not-trusted',
      'no federated credential has its subject, nor anything else',
      'repo:acme/infrastructure:ref:refs/heads/main',
    )
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(`--id ${clientIdOf(stage)}`)
  }))

test("another issuer's credential: the issuer of the token is printed", () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    stage.control.addFederatedCredential(clientIdOf(stage), { issuer: 'https://token.actions.githubusercontent.com' })
    const refused = await stage.runInProcess({})
    const issuer = `${stage.sandbox.origin}/github`
    expectFailure(refused, 'issuer-not-trusted', `issuer: ${issuer}`)
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(`"issuer":"${issuer}"`)
  }))

test('a credential for another audience: the audience of the token is printed', () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    stage.control.addFederatedCredential(clientIdOf(stage), { audience: 'api://AzureADTokenExchangeUSGov' })
    const refused = await stage.runInProcess({})
    expectFailure(
      refused,
      'audience-not-trusted',
      'audience: api://AzureADTokenExchange',
      'usgovernment: api://AzureADTokenExchangeUSGov',
    )
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(
      '"audiences":["api://AzureADTokenExchange"]',
    )
  }))

test('a client id that the tenant does not know', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ 'client-id': NOBODY })
    expectFailure(
      refused,
      'client-not-found',
      `no application with the client id ${NOBODY}`,
      'not its object id',
      'az ad app list',
    )
  }))

// MSAL asks a login host that it does not know for the tenant's description first, and drops what that answers.
test('a tenant that does not exist', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ 'tenant-id': NOBODY })
    expectFailure(refused, 'tenant-not-found', `There is no tenant ${NOBODY} in this cloud.`, 'az account show')
  }))

/** Lets `between` happen after GitHub gave its token and before Entra looks at it. */
async function runWith(stage: Stage, between: () => void): Promise<Result> {
  stage.control.injectFault({ name: 'slow', path: '/oauth2/', effect: { kind: 'delay', ms: 100 } })
  const running = stage.runInProcess({})
  while ((stage.control.faults()[0]?.matched ?? 0) < 1) await sleep(2)
  between()
  return running
}

test("a clock that is behind Entra's is told from a token that is too old", () =>
  onStage(async (stage) => {
    const refused = await runWith(stage, () => stage.control.advanceClock(6 * 60_000))
    expectFailure(refused, 'clock-skew', "The runner's clock is 6 minutes behind Entra's.", 'AADSTS700024')
  }))

test('a token that was held back for longer than it lives is told as that', () =>
  onStage(async (stage) => {
    stage.control.advanceClock(-6 * 60_000)
    const refused = await runWith(stage, () => stage.control.advanceClock(6 * 60_000))
    expectFailure(refused, 'assertion-expired', "GitHub's token for this run had expired", 'AADSTS700024')
  }))

type Answer = { readonly number: number; readonly code: ErrorCode; readonly said: string }

/** What Entra has numbers for and no state of the sandbox leads to. */
const answers: readonly Answer[] = [
  { number: 70021, code: 'subject-not-trusted', said: 'az ad app federated-credential create' },
  { number: 700027, code: 'credential-refused', said: "verify the signature of GitHub's token" },
  { number: 900023, code: 'tenant-not-found', said: 'There is no tenant' },
  { number: 53003, code: 'access-blocked', said: 'Conditional Access' },
  { number: 7000112, code: 'access-blocked', said: 'disabled' },
  { number: 7000229, code: 'client-not-found', said: 'az ad sp create --id' },
  { number: 50034, code: 'sign-in-failed', said: 'https://login.microsoftonline.com/error?code=50034' },
]

test.each(answers)('AADSTS$number is told as $code, with the ids that support asks for', (answer) =>
  onStage(async (stage) => {
    const trace = '0d7a2c1e-94b3-4f6a-8e55-3c2b1a0f9e00'
    const body = {
      error: 'invalid_client',
      error_description: `AADSTS${answer.number}: Words. Trace ID: ${trace} Correlation ID: ${trace} Timestamp: 2026-11-23 09:15:02Z`,
      error_codes: [answer.number],
    }
    const effect = { kind: 'reply', status: 401, body } as const
    stage.control.injectFault({ name: 'refusal', path: '/oauth2/', on: 'every', effect })
    const refused = await stage.runInProcess({})
    expectFailure(refused, answer.code, answer.said, `AADSTS${answer.number}`, `correlation id: ${trace}`)
    expect(refused.log).not.toMatch(/\n\s+at /)
  }),
)

test('an issuer whose keys Entra cannot reach, as those of GitHub Enterprise Server behind a firewall', () =>
  onStage(async (stage) => {
    const issuer = 'https://github.acme.example/_services/token'
    stage.control.addFederatedCredential(clientIdOf(stage), { issuer })
    stage.control.setGithub({ issuer })
    const refused = await stage.runInProcess({})
    expectFailure(refused, 'issuer-unreachable', `${issuer}/.well-known/jwks`, 'AADSTS900612')
  }))

test.each(['https://token.actions.acme.ghe.com', 'https://github.acme.example/_services/token'])(
  'the issuer %s is printed as it is, in the facts and in the command',
  (issuer) =>
    onStage(async (stage) => {
      stage.control.setGithub({ issuer })
      const refused = await stage.runInProcess({})
      expectFailure(refused, 'issuer-not-trusted', `issuer: ${issuer}`, `The token is of ${new URL(issuer).host}`)
      expect(commandIn(refused, 'az ad app federated-credential create')).toContain(`"issuer":"${issuer}"`)
    }),
)

// What getAssertion throws comes back wrapped by @azure/identity; only its message is left.
test.each([
  { what: 'no variables', env: { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null } },
  { what: 'no URL', env: { ACTIONS_ID_TOKEN_REQUEST_URL: null } },
])('a job without the permission id-token ($what) is told the lines to add', ({ env }) =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ operation: 'apply' }, { env })
    expectFailure(
      refused,
      'id-token-unavailable',
      'GitHub gives this job no OpenID Connect token.',
      'permissions:\n    id-token: write\n    pull-requests: write',
    )
    expect(writesOf(refused)).toEqual([])
  }),
)

test('an endpoint for tokens that refuses is named with its status', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess(
      {},
      { env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'not-the-token-of-this-job' } },
    )
    expectFailure(refused, 'id-token-unavailable', 'GitHub answered 401 instead of an OpenID Connect token.')
  }))

test("a page instead of GitHub's token is not taken for one", () =>
  onStage(async (stage) => {
    stage.control.injectFault({
      name: 'page',
      path: '/runner/token',
      on: 'every',
      effect: { kind: 'html', status: 200 },
    })
    expectFailure(await stage.runInProcess({}, { pace: { second: 20 } }), 'unreachable', 'a web page instead of JSON')
  }))
