import { expect, jest, test } from '@jest/globals'
import type { Step } from '../../../scripts/runner.ts'
import { expectFailure } from '../../stage/failure.ts'
import { onStage, type Stage } from '../../stage.ts'
import { MERGED, plannedAndMerged, writesTo } from './approving.ts'
import { AT_ONCE, MALLORY, onMain, ownComment, shaOf } from './repository.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(240_000)

/** Everything that leaves a doubt whether this plan was reviewed. */
const doubts: readonly {
  readonly what: string
  readonly said: string
  cast(stage: Stage): unknown
  readonly inputs?: Step['inputs']
}[] = [
  {
    what: 'nobody merged a pull request for the commit',
    said: 'not brought by one merged pull request',
    cast: (stage) => onMain(stage.control, shaOf('c', 9)),
  },
  {
    what: 'two pull requests brought it',
    said: 'not brought by one merged pull request',
    cast: (stage) => {
      stage.control.forge.addPullRequest({ number: 8 })
      stage.control.forge.merge(8, [shaOf('b', 7)])
    },
  },
  {
    what: 'it was merged into another branch',
    said: 'not brought by one merged pull request',
    cast: (stage) => stage.control.setGithub({ ref: 'refs/heads/release', environment: 'production' }),
  },
  {
    what: 'the run is of a tag',
    said: 'not brought by one merged pull request',
    cast: (stage) => stage.control.setGithub({ ref: 'refs/tags/v1', environment: 'production' }),
  },
  {
    what: 'the comment is gone',
    said: 'has no comment of this action',
    cast: (stage) => run(stage, (forge) => forge.deleteComment(ownComment(stage).id)),
  },
  {
    what: 'somebody edited the comment',
    said: 'somebody else edited',
    cast: (stage) => run(stage, (forge) => forge.editComment(ownComment(stage).id, ownComment(stage).body, MALLORY)),
  },
  {
    what: 'somebody else wrote the only comment',
    said: 'has no comment of this action',
    cast: (stage) =>
      run(stage, (forge) => {
        const { id, body } = ownComment(stage)
        forge.addComment(7, body, MALLORY)
        forge.deleteComment(id)
      }),
  },
  {
    what: 'there are two comments of ours',
    said: 'has 2 comments',
    cast: (stage) => run(stage, (forge) => forge.addComment(7, ownComment(stage).body, ownComment(stage).author)),
  },
  {
    what: 'the marker is broken',
    said: 'carries no plan that can be read',
    cast: (stage) =>
      run(stage, (forge) =>
        forge.editComment(
          ownComment(stage).id,
          ownComment(stage).body.replace(/\S+ -->$/, 'AAAA -->'),
          ownComment(stage).author,
        ),
      ),
  },
  {
    what: 'the marker is not at the end',
    said: 'carries no plan that can be read',
    cast: (stage) =>
      run(stage, (forge) =>
        forge.editComment(ownComment(stage).id, `${ownComment(stage).body}\n\nMore.`, ownComment(stage).author),
      ),
  },
  {
    what: 'the token may not read',
    said: 'could not be checked because',
    cast: (stage) => stage.control.forge.set({ pullRequests: 'none', issues: 'none' }),
  },
  {
    what: 'the token is another one',
    said: 'has no comment of this action',
    cast: (stage) => stage.control.forge.set({ account: { login: 'octocat', id: 583231, type: 'User' } }),
  },
  {
    what: 'there is no token',
    said: 'no `github-token` was given',
    cast: () => undefined,
    inputs: { 'github-token': '' },
  },
  {
    what: 'GitHub is down',
    said: 'could not be checked because',
    cast: (stage) =>
      stage.control.injectFault({
        name: 'down',
        path: '/github/api/',
        on: 'every',
        effect: { kind: 'html', status: 503 },
      }),
  },
  {
    what: 'GraphQL is down',
    said: 'could not be checked because',
    cast: (stage) =>
      stage.control.injectFault({
        name: 'down',
        path: '/github/api/graphql',
        on: 'every',
        effect: { kind: 'drop', when: 'before' },
      }),
  },
]

test.each(doubts)('nothing is applied when $what', ({ said, cast, inputs = {} }) =>
  onStage(async (stage) => {
    await plannedAndMerged(stage)
    cast(stage)
    const refused = await stage.runInProcess({ ...MERGED, ...inputs })
    expectFailure(refused, 'plan-changed', said)
    expect(writesTo(refused)).toEqual([])
  }, AT_ONCE),
)

function run({ control }: Stage, change: (forge: Stage['control']['forge']) => unknown): void {
  change(control.forge)
}
