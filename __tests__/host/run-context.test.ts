import { describe, expect, test } from '@jest/globals'
import { runContextOf } from '../../src/host/run-context.ts'

const RUN = {
  GITHUB_REPOSITORY: 'acme/infrastructure',
  GITHUB_RUN_ID: '7',
  GITHUB_SHA: 'abc',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_ACTOR: 'octocat',
}
const TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://example.com/token' }

function pullRequest(head: string | null, base: string | null = 'acme/infrastructure') {
  const repo = (name: string | null) => (name === null ? null : { full_name: name })
  return { pull_request: { number: 7, head: { sha: 'def', repo: repo(head) }, base: { repo: repo(base) } } }
}

const withheld = (environment: object, event: unknown) => runContextOf({ ...RUN, ...environment }, event).withheld

describe('a run of a pull request', () => {
  test('is of the repository itself, of a fork, or of a fork that is gone', () => {
    expect(withheld({}, pullRequest('acme/infrastructure'))).toBeUndefined()
    expect(withheld({}, pullRequest('mallory/infrastructure'))).toBe('fork')
    expect(withheld({}, pullRequest(null))).toBe('fork')
  })

  test('is as good as any other once it has a token, whoever allowed that', () => {
    expect(withheld(TOKEN, pullRequest('mallory/infrastructure'))).toBeUndefined()
    expect(withheld({ ...TOKEN, GITHUB_ACTOR: 'dependabot[bot]' }, {})).toBeUndefined()
  })

  test('runs in the name of the base for pull_request_target', () => {
    expect(
      withheld({ GITHUB_EVENT_NAME: 'pull_request_target' }, pullRequest('mallory/infrastructure')),
    ).toBeUndefined()
  })

  test.each(['pull_request', 'pull_request_review', 'push'])('is Dependabot’s by its actor, for %s', (name) => {
    expect(withheld({ GITHUB_EVENT_NAME: name, GITHUB_ACTOR: 'dependabot[bot]' }, {})).toBe('dependabot')
  })

  test.each(['schedule', 'workflow_dispatch'])('but not what somebody starts in its name, for %s', (name) => {
    expect(withheld({ GITHUB_EVENT_NAME: name, GITHUB_ACTOR: 'dependabot[bot]' }, {})).toBeUndefined()
  })

  test('knows its number, when the event does', () => {
    expect(runContextOf(RUN, pullRequest('acme/infrastructure')).pullRequest).toEqual({ number: 7, head: 'def' })
    for (const event of [undefined, null, 'x', 7, [], {}, { pull_request: null }, { pull_request: { number: '7' } }]) {
      expect(runContextOf(RUN, event)).not.toHaveProperty('pullRequest')
      expect(withheld({}, event)).toBeUndefined()
    }
  })
})

test.each([
  ['https://github.com', 'https://github.com/acme/infrastructure/actions/runs/7'],
  ['https://github.example.com', 'https://github.example.com/acme/infrastructure/actions/runs/7'],
  ['https://acme.ghe.com', 'https://acme.ghe.com/acme/infrastructure/actions/runs/7'],
])('the page of a run is where its server is, %s', (server, page) => {
  expect(runContextOf({ ...RUN, GITHUB_SERVER_URL: server }, {}).runUrl).toBe(page)
})

test.each([
  ['refs/heads/main', 'main'],
  ['refs/heads/release/1', 'release/1'],
  ['refs/tags/v1', undefined],
  ['refs/pull/7/merge', undefined],
])('of %s the branch is %s', (ref, branch) => {
  expect(runContextOf({ ...RUN, GITHUB_REF: ref }, {}).branch).toBe(branch)
})
