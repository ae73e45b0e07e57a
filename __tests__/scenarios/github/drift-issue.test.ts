import { expect, jest, test } from '@jest/globals'
import { withTags, withVariable } from '../../stage/group-edits.ts'
import { onStage, type Stage } from '../../stage.ts'
import { install, vendorGroup } from '../lifecycle/by-hand.ts'
import { AT_ONCE, askedIn, issuesOf, MALLORY, saidIn, warningsIn } from './repository.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(240_000)

const APPLY = { operation: 'apply', wait: 'none' }
const DRIFT = {
  operation: 'drift',
  wait: 'none',
  'drift-issue': 'true',
  'fail-on-drift': 'false',
  'drift-issue-labels': 'drift, apono',
  'drift-issue-assignees': 'octocat',
}

const intrude = (stage: Stage, value = 'evil.example.com') => stage.edit(withVariable({ name: 'APONO_URL', value }))
const mend = (stage: Stage) => intrude(stage, 'api.apono.io')

test('drift opens one issue, which is updated while it lasts and closed with a word when it is gone', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const calm = await stage.runInProcess(DRIFT)
    expect([saidIn(calm), calm.outputs['issue-url'], issuesOf(stage).length]).toEqual([[], undefined, 0])

    intrude(stage)
    const found = await stage.runInProcess(DRIFT)
    expect(saidIn(found)).toEqual(['POST issues'])
    expect(issuesOf(stage)).toMatchObject([
      {
        labels: ['drift', 'apono'],
        assignees: ['octocat'],
        state: 'open',
        title: expect.stringContaining('apono-connector'),
        body: expect.stringContaining('evil.example.com'),
      },
    ])
    expect(found.outputs['issue-url']).toBe(
      `https://github.com/acme/infrastructure/issues/${issuesOf(stage)[0]?.number}`,
    )

    // The next night is another run of the same commit.
    stage.control.setGithub({ runId: '7012345679', eventName: 'schedule' })
    const same = await stage.runInProcess(DRIFT)
    expect([saidIn(same), same.outputs['issue-url']]).toEqual([[], found.outputs['issue-url']])

    stage.edit(withTags({ team: 'mallory' }))
    const more = await stage.runInProcess(DRIFT)
    expect(saidIn(more)).toEqual([`PATCH issues/${issuesOf(stage)[0]?.number}`])
    expect(issuesOf(stage)).toMatchObject([{ body: expect.stringContaining('mallory') }])

    await stage.runInProcess(APPLY)
    const gone = await stage.runInProcess(DRIFT)
    const [issue] = issuesOf(stage)
    expect(saidIn(gone)).toEqual([`POST issues/${issue?.number}/comments`, `PATCH issues/${issue?.number}`])
    expect(issue).toMatchObject({ state: 'closed', stateReason: 'completed' })
    expect(gone.outputs['issue-url']).toBe(found.outputs['issue-url'])
    expect(saidIn(await stage.runInProcess(DRIFT))).toEqual([])

    intrude(stage)
    await stage.runInProcess(DRIFT)
    expect(issuesOf(stage).map(({ state }) => state)).toEqual(['closed', 'open'])
  }, AT_ONCE))

test('a red drift run opens it too, and a repaired one closes it at once', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    intrude(stage)
    const red = await stage.runInProcess({ ...DRIFT, 'fail-on-drift': 'true' })
    expect([red.exitCode, saidIn(red)]).toEqual([1, ['POST issues']])
    const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
    expect([repaired.exitCode, repaired.outputs.outcome]).toEqual([0, 'drifted'])
    expect(issuesOf(stage)).toMatchObject([{ state: 'closed' }])
    intrude(stage)
    expect(saidIn(await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' }))).toEqual([])
  }, AT_ONCE))

test('an error neither opens nor closes it, and neither does a change of the inputs', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const fail = () =>
      stage.control.injectFault({
        name: 'denied',
        path: '/containerGroups',
        effect: { kind: 'reply', status: 403, body: { error: { code: 'AuthorizationFailed', message: 'No.' } } },
      })
    intrude(stage)
    fail()
    const failed = await stage.runInProcess(DRIFT)
    expect([failed.outputs.outcome, askedIn(failed)]).toEqual(['failed', []])
    await stage.runInProcess(DRIFT)
    mend(stage)
    fail()
    expect(askedIn(await stage.runInProcess(DRIFT))).toEqual([])
    expect(issuesOf(stage)).toMatchObject([{ state: 'open' }])
    await stage.runInProcess(DRIFT)
    expect(issuesOf(stage)).toMatchObject([{ state: 'closed' }])
    expect(saidIn(await stage.runInProcess({ ...DRIFT, tags: 'team=iam' }))).toEqual([])
  }, AT_ONCE))

test('a repair that leaves something is told by what it leaves alone', () =>
  onStage(
    async (stage) => {
      await stage.runInProcess(APPLY)
      intrude(stage)
      await install(stage, 'intruder', vendorGroup(stage))
      const repaired = await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' })
      expect(repaired.summary).toContain(': repaired, drift left')
      const [issue] = issuesOf(stage)
      expect(issue?.body).toContain('`intruder`')
      expect(issue?.body).not.toContain('evil.example.com')
      expect(saidIn(await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' }))).toEqual([])
      expect(issuesOf(stage)).toEqual([issue])
    },
    { ...AT_ONCE, readableToken: true },
  ))

test('a repair that fails leaves it open', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    intrude(stage)
    await stage.runInProcess(DRIFT)
    stage.control.injectFault({
      name: 'no',
      method: 'PUT',
      path: '/containerGroups/',
      effect: { kind: 'reply', status: 403, body: { error: { code: 'RequestDisallowedByPolicy', message: 'No.' } } },
    })
    expect(saidIn(await stage.runInProcess({ ...DRIFT, 'auto-repair': 'true' }))).toEqual([])
    expect(issuesOf(stage)).toMatchObject([{ state: 'open' }])
  }, AT_ONCE))

test('each connector and label has its own, and nobody else can pass for it', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    intrude(stage)
    await stage.runInProcess({ ...DRIFT, label: 'staging' })
    await stage.runInProcess({ ...DRIFT, label: 'production' })
    const [staging, production] = issuesOf(stage)
    expect([staging?.title, production?.title].join()).toMatch(/staging.*production/)
    stage.control.forge.closeIssue(production?.number ?? 0)
    stage.control.forge.addIssue({ title: 'Mine', body: production?.body ?? '', author: MALLORY })
    for (let count = 0; count < 101; count += 1)
      stage.control.forge.addIssue({ title: `Issue ${count}`, body: '', author: MALLORY })
    await stage.runInProcess({ ...DRIFT, label: 'production' })
    const own = issuesOf(stage).filter(({ author }) => author.login !== 'mallory')
    expect(own.map(({ state }) => state)).toEqual(['open', 'closed', 'open'])
    expect(saidIn(await stage.runInProcess({ ...DRIFT, label: 'production' }))).toEqual([])
    await stage.runInProcess(APPLY)
    await stage.runInProcess({ ...DRIFT, label: 'staging' })
    expect(
      issuesOf(stage)
        .filter(({ author }) => author.login !== 'mallory')
        .map(({ state }) => state),
    ).toEqual(['closed', 'closed', 'open'])
  }, AT_ONCE))

const refusals = [
  {
    what: 'the token may not write issues',
    set: { issues: 'read', pullRequests: 'write' },
    inputs: {},
    code: 'github-refused',
  },
  { what: 'nobody has the login', set: {}, inputs: { 'drift-issue-assignees': 'nobody' }, code: 'github-refused' },
] as const

test.each(refusals)('where $what, the drift is told all the same and the run warns', ({ set, inputs, code }) =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    intrude(stage)
    stage.control.forge.set(set)
    const found = await stage.runInProcess({ ...DRIFT, ...inputs })
    expect([found.exitCode, found.outputs.outcome, found.outputs['issue-url']]).toEqual([0, 'drifted', undefined])
    expect(warningsIn(found)).toEqual([expect.stringContaining(code)])
  }, AT_ONCE),
)

test('unless it is asked for, nothing is asked of GitHub', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    intrude(stage)
    expect(askedIn(await stage.runInProcess({ ...DRIFT, 'drift-issue': 'false' }))).toEqual([])
  }, AT_ONCE))
