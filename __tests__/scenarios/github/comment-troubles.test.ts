import { expect, jest, test } from '@jest/globals'
import { plainLog } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { PLAN } from './commenting.ts'
import { AT_ONCE, commentsOn, onPullRequest, warningsIn } from './repository.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(240_000)

const refusals = [
  {
    what: 'the token may only read',
    set: { pullRequests: 'read', issues: 'read' },
    said: ['github-refused', 'id-token: write\n    pull-requests: write'],
  },
  {
    what: 'the token may not even read',
    set: { pullRequests: 'none', issues: 'none' },
    said: ['github-refused', 'id-token: write\n    pull-requests: write'],
  },
  {
    what: 'GitHub wants a long pause',
    set: { contentLimit: { count: 0, seconds: 3600, status: 403 } },
    said: ['throttled', 'wait for too long'],
  },
] as const

test.each(refusals)('where $what, the plan is as good as ever and the run warns', ({ set, said }) =>
  onStage(async (stage) => {
    onPullRequest(stage)
    stage.control.forge.set(set)
    const planned = await stage.runInProcess(PLAN)
    expect([planned.exitCode, planned.outputs.outcome, planned.outputs['comment-url']]).toEqual([
      0,
      'pending',
      undefined,
    ])
    expect(warningsIn(planned)).toHaveLength(1)
    for (const text of said) expect(plainLog(planned)).toContain(text)
    expect(commentsOn(stage)).toEqual([])
  }, AT_ONCE),
)

const troubles = [
  { what: 'GitHub is down', effect: { kind: 'html', status: 502 }, code: 'github-refused' },
  { what: 'the connection ends', effect: { kind: 'drop', when: 'before' }, code: 'unreachable' },
  {
    what: 'the body is too long after all',
    effect: { kind: 'reply', status: 422, body: { message: 'Validation Failed' } },
    code: 'github-refused',
  },
] as const

test.each(troubles)('where $what, likewise', ({ effect, code }) =>
  onStage(async (stage) => {
    onPullRequest(stage)
    stage.control.injectFault({ name: 'trouble', path: '/github/api/', on: 'every', effect })
    const planned = await stage.runInProcess(PLAN)
    expect([planned.exitCode, planned.outputs.outcome]).toEqual([0, 'pending'])
    expect(warningsIn(planned)).toEqual([expect.stringContaining(code)])
  }, AT_ONCE),
)

test.each([403, 429] as const)('a short pause that GitHub asks for (%d) is kept', (status) =>
  onStage(async (stage) => {
    onPullRequest(stage)
    stage.control.forge.set({ contentLimit: { count: 1, seconds: 1, status } })
    await stage.runInProcess(PLAN)
    const changed = await stage.runInProcess({ ...PLAN, cpu: '2', label: 'two' })
    expect([changed.exitCode, warningsIn(changed), commentsOn(stage).length]).toEqual([0, [], 2])
  }, AT_ONCE),
)
