import { expect, jest, test } from '@jest/globals'
import { expectFailure } from '../../stage/failure.ts'
import { withVariable } from '../../stage/group-edits.ts'
import { plainLog } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { MERGED, PLAN, plannedAndMerged, writesTo } from './approving.ts'
import { AT_ONCE, commentsOn, onMain, onMerge, onPullRequest, ownComment, saidIn, shaOf } from './repository.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(240_000)

const merges = [
  { how: 'a merge or a squash', commits: [shaOf('b', 1)] },
  { how: 'a rebase, of which the last commit is built', commits: [shaOf('b', 1), shaOf('b', 2)] },
]

test.each(merges)('after $how, what was reviewed is applied, and the comment follows', ({ commits }) =>
  onStage(async (stage) => {
    onPullRequest(stage)
    const planned = await stage.runInProcess(PLAN)
    onMerge(stage, 7, commits)
    const applied = await stage.runInProcess(MERGED)
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect(applied.outputs).toMatchObject({
      'plan-fingerprint': planned.outputs['plan-fingerprint'],
      'comment-url': planned.outputs['comment-url'],
    })
    const { id } = ownComment(stage)
    expect(saidIn(applied)).toEqual([`PATCH issues/comments/${id}`, `PATCH issues/comments/${id}`])
    expect(commentsOn(stage)).toHaveLength(1)
  }, AT_ONCE),
)

test('likewise when the run of the merge is started by hand', () =>
  onStage(async (stage) => {
    await plannedAndMerged(stage)
    onMain(stage.control, shaOf('b', 7), 'workflow_dispatch')
    expect((await stage.runInProcess(MERGED)).outputs.outcome).toBe('applied')
  }, AT_ONCE))

test('another plan is refused, with both side by side and the comment outdated', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply', wait: 'none' })
    await plannedAndMerged(stage, { 'connector-version': 'v1.7.7' })
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    const refused = await stage.runInProcess({ ...MERGED, 'connector-version': 'v1.7.7' })
    expectFailure(refused, 'plan-changed', 'Both plans side by side (- approved, + now):', 'evil.example.com')
    expect(plainLog(refused)).toMatch(/^ {2}update container-group "apono-connector": image .*v1\.7\.8.*v1\.7\.7/m)
    expect(plainLog(refused)).toMatch(/^\+ update container-group "apono-connector": environment\.APONO_URL/m)
    expect(writesTo(refused)).toEqual([])
    expect(saidIn(refused)).toHaveLength(1)
    // What the comment shows now was reviewed by nobody.
    const again = await stage.runInProcess({ ...MERGED, 'connector-version': 'v1.7.7' })
    expectFailure(again, 'plan-changed', 'outdated')
  }, AT_ONCE))

test('a plan made after the merge does not take the place of the one that was reviewed', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply', wait: 'none' })
    await plannedAndMerged(stage, { 'connector-version': 'v1.7.7' })
    stage.edit(withVariable({ name: 'APONO_URL', value: 'evil.example.com' }))
    const wanted = { ...MERGED, 'connector-version': 'v1.7.7' }
    const planned = await stage.runInProcess({ ...wanted, operation: 'plan' })
    expect([planned.outputs.outcome, saidIn(planned)]).toEqual(['pending', []])
    expectFailure(await stage.runInProcess(wanted), 'plan-changed', 'evil.example.com')
  }, AT_ONCE))

test('the plan of another matrix job is no approval', () =>
  onStage(async (stage) => {
    await plannedAndMerged(stage, { label: 'staging' })
    expectFailure(
      await stage.runInProcess({ ...MERGED, label: 'production' }),
      'plan-changed',
      'has no comment of this action',
    )
  }, AT_ONCE))

test('a merge that changes nothing in Azure needs no comment', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply', wait: 'none' })
    await plannedAndMerged(stage)
    const merged = await stage.runInProcess(MERGED)
    expect([merged.exitCode, merged.outputs.outcome, saidIn(merged)]).toEqual([0, 'in-sync', []])
  }, AT_ONCE))

test('a failed apply says so, and its next attempt may go on', () =>
  onStage(async (stage) => {
    await plannedAndMerged(stage)
    const error = { code: 'RequestDisallowedByPolicy', message: 'No.' }
    stage.control.injectFault({
      name: 'no',
      method: 'PUT',
      path: '/containerGroups/',
      effect: { kind: 'reply', status: 403, body: { error } },
    })
    expect((await stage.runInProcess(MERGED)).outputs['failure-reason']).toBe('policy-denied')
    expect((await stage.runInProcess(MERGED)).outputs.outcome).toBe('applied')
  }, AT_ONCE))
