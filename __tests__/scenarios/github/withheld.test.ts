import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import { AT_ONCE, commentsOn, onPullRequest } from './repository.ts'

// Several processes at a time: on a busy machine each takes seconds.
jest.setTimeout(120_000)

/** Secrets and variables are not passed to such runs. */
const WITHHELD = { 'apono-token': '', 'client-id': '', 'tenant-id': '', 'subscription-id': '', 'resource-group': '' }

const whose: readonly { readonly who: string; readonly said: string; arrange(stage: Stage): void }[] = [
  { who: 'a fork', said: 'a pull request from a fork', arrange: (stage) => fork(stage, 'mallory/infrastructure') },
  { who: 'a fork that is gone', said: 'a pull request from a fork', arrange: (stage) => fork(stage, null) },
  {
    who: 'Dependabot',
    said: 'Dependabot',
    arrange(stage) {
      onPullRequest(stage)
      stage.control.setGithub({ actor: 'dependabot[bot]' })
    },
  },
  {
    who: 'a push of Dependabot',
    said: 'Dependabot',
    arrange: (stage) => stage.control.setGithub({ actor: 'dependabot[bot]', ref: 'refs/heads/dependabot/npm' }),
  },
]

test.concurrent.each(whose)(
  'a plan of $who is an offline plan: it says so, asks nobody and does not fail',
  ({ said, arrange }) =>
    onStage(async (stage) => {
      arrange(stage)
      const planned = await stage.run({ ...WITHHELD, operation: 'plan', permissions: 'subscription', location: '' })
      expect([planned.exitCode, planned.outputs]).toEqual([
        0,
        {
          'connector-id': 'apono-connector',
          'connector-url': expect.any(String),
          outcome: 'offline',
          'failure-reason': '',
        },
      ])
      expect(planned.requests).toEqual([])
      for (const text of [plainLog(planned), planned.summary]) {
        expect(text).toContain(said)
        expect(text).toContain('offline plan')
        expect(text).toContain('registry.apono.io/apono-connector:v1.7.8')
        // Where it stands in HTML, the summary writes angle brackets as entities.
        const shown = text.replaceAll('&#60;', '<').replaceAll('&#62;', '>')
        expect(shown).toContain('User Access Administrator on /subscriptions/<subscription-id>')
        expect(text).not.toContain('to create')
        expect(text).not.toContain('00000000-0000')
      }
      expect(commentsOn(stage)).toEqual([])
    }, AT_ONCE),
)

test.concurrent.each(['apply', 'drift', 'destroy'])(
  '%s needs Azure, and the failure says how to leave such runs out',
  (operation) =>
    onStage(async (stage) => {
      fork(stage, 'mallory/infrastructure')
      const failed = await stage.run({ operation, confirm: 'apono-connector' })
      expectFailure(
        failed,
        'id-token-unavailable',
        'a pull request from a fork',
        'github.event.pull_request.head.repo.full_name == github.repository',
      )
      expect(failed.requests).toEqual([])
    }, AT_ONCE),
)

test.concurrent('inputs that are wrong stay wrong', () =>
  onStage(async (stage) => {
    fork(stage, 'mallory/infrastructure')
    expectFailure(await stage.run({ ...WITHHELD, operation: 'plan', cpu: 'many' }), 'invalid-inputs', 'cpu')
  }, AT_ONCE))

test.concurrent('an ordinary run without `id-token: write` is told to ask for it', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ idToken: false })
    onPullRequest(stage)
    const failed = await stage.run({ operation: 'plan' })
    expectFailure(failed, 'id-token-unavailable', 'permissions:', 'id-token: write')
  }, AT_ONCE))

function fork(stage: Stage, headRepository: string | null): void {
  stage.control.forge.addPullRequest({ number: 7, headRepository })
  onPullRequest(stage)
}
