import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import type { GithubSettings } from '../../sandbox/github-settings.ts'
import { fieldsOf, stringsOf } from '../specs/json.ts'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { writesOf } from '../stage/result.ts'
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

test.concurrent.each(starts)(
  'for $what that is not trusted, the printed command makes it trusted',
  ({ settings, subject }) =>
    onStage(async (stage) => {
      stage.control.setGithub(settings)
      const refused = await stage.run({ operation: 'apply' })
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
      expect((await stage.run({ operation: 'apply' })).exitCode).toBe(0)
    }),
)

test.concurrent('a subject in other casing is named as that', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ repository: 'Acme/Infrastructure' })
    const refused = await stage.run({})
    expectFailure(
      refused,
      'subject-not-trusted',
      'upper and lower case only',
      'repo:Acme/Infrastructure:ref:refs/heads/main',
    )
  }))

test.concurrent('an application without credentials is told apart from one with others', () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    const refused = await stage.run({})
    expectFailure(
      refused,
      'subject-not-trusted',
      'no federated credential has its subject, nor anything else',
      'repo:acme/infrastructure:ref:refs/heads/main',
    )
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(`--id ${clientIdOf(stage)}`)
  }))

test.concurrent("another issuer's credential: the issuer of the token is printed", () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    stage.control.addFederatedCredential(clientIdOf(stage), { issuer: 'https://token.actions.githubusercontent.com' })
    const refused = await stage.run({})
    const issuer = `${stage.sandbox.origin}/github`
    expectFailure(refused, 'issuer-not-trusted', `issuer: ${issuer}`)
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(`"issuer":"${issuer}"`)
  }))

test.concurrent('a credential for another audience: the audience of the token is printed', () =>
  onStage(async (stage) => {
    stage.control.removeFederatedCredentials(clientIdOf(stage))
    stage.control.addFederatedCredential(clientIdOf(stage), { audience: 'api://AzureADTokenExchangeUSGov' })
    const refused = await stage.run({})
    expectFailure(refused, 'audience-not-trusted', 'audience: api://AzureADTokenExchange')
    expect(commandIn(refused, 'az ad app federated-credential create')).toContain(
      '"audiences":["api://AzureADTokenExchange"]',
    )
  }))

test.concurrent('a client id that the tenant does not know', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ 'client-id': NOBODY })
    expectFailure(
      refused,
      'client-not-found',
      `no application with the client id ${NOBODY}`,
      'not its object id',
      'az ad app list',
    )
  }))

// MSAL asks a login host that it does not know for the tenant's description first, and drops what that answers.
test.concurrent('a tenant that does not exist', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ 'tenant-id': NOBODY })
    expectFailure(refused, 'tenant-not-found', `There is no tenant ${NOBODY} in this cloud.`, 'az account show')
  }))

test.concurrent("a clock that runs away makes GitHub's token too old", () =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'slow', path: '/oauth2/', effect: { kind: 'delay', ms: 100 } })
    const running = stage.run({})
    while ((stage.control.faults()[0]?.matched ?? 0) < 1) await sleep(2)
    stage.control.advanceClock(6 * 60_000)
    expectFailure(await running, 'assertion-expired', "the runner's clock is probably wrong", 'AADSTS700024')
  }))

test.concurrent('an answer of Entra that nobody knows is passed on with its number', () =>
  onStage(async (stage) => {
    const body = {
      error: 'invalid_grant',
      error_description: 'AADSTS53003: Access has been blocked.',
      error_codes: [53003],
    }
    stage.control.injectFault({
      name: 'blocked',
      path: '/oauth2/',
      on: 'every',
      effect: { kind: 'reply', status: 400, body },
    })
    expectFailure(
      await stage.run({}),
      'sign-in-failed',
      'AADSTS53003',
      'https://login.microsoftonline.com/error?code=53003',
    )
  }))

// What getAssertion throws comes back wrapped by @azure/identity; only its message is left.
test.concurrent.each([
  { what: 'no variables', env: { ACTIONS_ID_TOKEN_REQUEST_URL: null, ACTIONS_ID_TOKEN_REQUEST_TOKEN: null } },
  { what: 'no URL', env: { ACTIONS_ID_TOKEN_REQUEST_URL: null } },
])('a job without the permission id-token ($what) is told the lines to add', ({ env }) =>
  onStage(async (stage) => {
    const refused = await stage.run({ operation: 'apply' }, { env })
    expectFailure(
      refused,
      'id-token-unavailable',
      'GitHub gives this job no OpenID Connect token.',
      'permissions:\n    id-token: write',
    )
    expect(writesOf(refused)).toEqual([])
  }),
)

test.concurrent('an endpoint for tokens that refuses is named with its status', () =>
  onStage(async (stage) => {
    const refused = await stage.run({}, { env: { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'not-the-token-of-this-job' } })
    expectFailure(refused, 'id-token-unavailable', 'GitHub answered 401 instead of an OpenID Connect token.')
  }))

test.concurrent("a page instead of GitHub's token is not taken for one", () =>
  onStage(async (stage) => {
    stage.control.injectFault({
      name: 'page',
      path: '/runner/token',
      on: 'every',
      effect: { kind: 'html', status: 200 },
    })
    expectFailure(await stage.run({}), 'id-token-unavailable', 'GitHub answered 200 instead')
  }))
