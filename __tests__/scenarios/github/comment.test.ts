import { expect, jest, test } from '@jest/globals'
import { withVariable } from '../../stage/group-edits.ts'
import { onStage } from '../../stage.ts'
import { APPLY, ownRecord, PLAN, phaseIn } from './commenting.ts'
import { AT_ONCE, askedIn, commentsOn, MALLORY, onMerge, onPullRequest, ownComment, saidIn } from './repository.ts'

// Several runs to a test: on a busy machine each takes a second.
jest.setTimeout(240_000)

test('a pull request gets one comment, which is edited in place and never twice the same', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    const first = await stage.runInProcess(PLAN)
    const { id, body } = ownComment(stage)
    expect(first.outputs['comment-url']).toBe(`https://github.com/acme/infrastructure/pull/7#issuecomment-${id}`)
    expect(saidIn(first)).toEqual(['POST issues/7/comments'])
    expect(body).toContain('container group')

    const again = await stage.runInProcess(PLAN)
    expect([again.exitCode, saidIn(again), again.outputs['comment-url']]).toEqual([0, [], first.outputs['comment-url']])

    const changed = await stage.runInProcess({ ...PLAN, cpu: '2' })
    expect(saidIn(changed)).toEqual([`PATCH issues/comments/${id}`])
    expect(ownComment(stage)).toMatchObject({ id })
    expect(ownComment(stage).body).not.toBe(body)
  }, AT_ONCE))

test('it goes through planned, applying and applied, and after the next push through planned again', () =>
  onStage(async (stage) => {
    const seen: string[] = []
    onPullRequest(stage)
    await stage.runInProcess(PLAN)
    seen.push(phaseIn(stage))
    stage.control.injectFault({
      name: 'look',
      method: 'PUT',
      path: '/containerGroups/',
      effect: { kind: 'delay', ms: 300 },
    })
    const applying = stage.runInProcess({ ...APPLY, 'expected-plan': 'pull-request' })
    while (stage.control.requests().every(({ method }) => method !== 'PUT'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    seen.push(phaseIn(stage))
    expect((await applying).outputs.outcome).toBe('applied')
    seen.push(phaseIn(stage))
    await stage.runInProcess({ ...PLAN, cpu: '2' })
    seen.push(phaseIn(stage))
    expect(seen).toEqual(['planned', 'applying', 'applied', 'planned'])
    expect(commentsOn(stage)).toHaveLength(1)
  }, AT_ONCE))

test('a failed apply says so, and a run without a plan calls the earlier one outdated', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess(PLAN)
    stage.control.injectFault({
      name: 'full',
      method: 'PUT',
      path: '/containerGroups/',
      effect: { kind: 'reply', status: 403, body: { error: { code: 'RequestDisallowedByPolicy', message: 'No.' } } },
    })
    expect((await stage.runInProcess(APPLY)).exitCode).toBe(1)
    expect(phaseIn(stage)).toBe('failed')
    const shown = ownComment(stage).body
    const lost = await stage.runInProcess({
      ...PLAN,
      'resource-group': 'rg-apono',
      'client-id': '00000000-0000-0000-0000-000000000009',
    })
    expect(lost.outputs['failure-reason']).toBe('client-not-found')
    expect(ownComment(stage).body).toContain('**Outdated.** There is no plan at commit `c0ffeec`: `client-not-found`.')
    expect(ownComment(stage).body).toContain(shown.split('\n')[0])
    await stage.runInProcess({ ...PLAN, 'client-id': '00000000-0000-0000-0000-000000000009' })
    expect(ownComment(stage).body.match(/Outdated\./g)).toHaveLength(1)
  }, AT_ONCE))

type Mode = { readonly comment: string; readonly clean: number; readonly changed: number; readonly cleanAgain: number }

const MODES: readonly Mode[] = [
  { comment: 'auto', clean: 0, changed: 1, cleanAgain: 1 },
  { comment: 'always', clean: 1, changed: 1, cleanAgain: 1 },
  { comment: 'on-change', clean: 0, changed: 1, cleanAgain: 0 },
  { comment: 'never', clean: 0, changed: 0, cleanAgain: 0 },
]

test.each(MODES)(
  '`comment: $comment` comments on clean, changed and clean plans $clean, $changed and $cleanAgain times',
  ({ comment, ...expected }) =>
    onStage(async (stage) => {
      await stage.runInProcess(APPLY)
      onPullRequest(stage)
      const count = async (inputs: Record<string, string>) => {
        const { outputs } = await stage.runInProcess({ ...PLAN, comment, ...inputs })
        expect(outputs['comment-url'] !== undefined).toBe(commentsOn(stage).length > 0)
        return commentsOn(stage).length
      }
      const counts = { clean: await count({}), changed: await count({ tags: 'team=iam' }), cleanAgain: await count({}) }
      expect(counts).toEqual(expected)
      if (comment === 'auto') expect(ownComment(stage).body).toContain('no changes')
      if (comment === 'never') expect(askedIn(await stage.runInProcess({ ...PLAN, comment }))).toEqual([])
    }, AT_ONCE),
)

test('two connectors, two labels and two subscriptions of a matrix each have their own', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    const jobs = [
      {},
      { 'connector-id': 'another' },
      { label: 'staging' },
      { label: 'Staging' },
      { 'resource-group': 'rg-other' },
    ]
    for (const job of jobs) await stage.runInProcess({ ...PLAN, ...job })
    expect(commentsOn(stage)).toHaveLength(jobs.length)
    for (const job of jobs) expect(saidIn(await stage.runInProcess({ ...PLAN, ...job }))).toEqual([])
  }, AT_ONCE))

test('a marker that somebody else wrote or quoted is never taken for ours', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess(PLAN)
    const { id, body } = ownComment(stage)
    await stage.control.forge.addComment(7, body, MALLORY)
    stage.control.setGithub({ ref: 'refs/pull/8/merge' })
    const forged = stage.control.forge.addComment(8, body, MALLORY)
    const quoted = stage.control.forge.addComment(8, `> ${body.replaceAll('\n', '\n> ')}\n\nWhat is this?`, MALLORY)
    expect(saidIn(await stage.runInProcess(PLAN))).toEqual(['POST issues/8/comments'])
    expect(commentsOn(stage, 8).filter(({ author }) => author.login === 'mallory')).toMatchObject([
      { body: forged.body },
      { body: quoted.body },
    ])
    stage.control.setGithub({ ref: 'refs/pull/7/merge' })
    expect(saidIn(await stage.runInProcess({ ...PLAN, cpu: '2' }))).toEqual([`PATCH issues/comments/${id}`])
  }, AT_ONCE))

test('it is found behind more than a hundred others', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    for (let count = 0; count < 130; count += 1) stage.control.forge.addComment(7, `Comment ${count}`, MALLORY)
    await stage.runInProcess(PLAN)
    for (let count = 0; count < 130; count += 1) stage.control.forge.addComment(7, `Comment ${count}`, MALLORY)
    const again = await stage.runInProcess(PLAN)
    expect(saidIn(again)).toEqual([])
    expect(askedIn(again).filter((one) => one.startsWith('GET'))).toHaveLength(3)
  }, AT_ONCE))

test('an edit by somebody else is taken back, even one that changed nothing', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess(PLAN)
    const { id, body } = ownComment(stage)
    stage.control.forge.editComment(id, `${body} `, MALLORY)
    expect(saidIn(await stage.runInProcess(PLAN))).toEqual([`PATCH issues/comments/${id}`])
    expect(ownComment(stage).body).toBe(body)
    expect(saidIn(await stage.runInProcess(PLAN))).toEqual([])
  }, AT_ONCE))

test('a plan of any length fits, marker and all', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    const environment = Array.from({ length: 400 }, (_, index) => `VARIABLE_${index}=${'x'.repeat(300)}${index}`).join(
      '\n',
    )
    await stage.runInProcess({ ...PLAN, environment })
    expect(ownComment(stage).body.length).toBeLessThanOrEqual(60_000)
  }, AT_ONCE))

test('a secret that Azure shows in the open is hidden in the text and in what the marker packs', () =>
  onStage(async (stage) => {
    await stage.runInProcess(APPLY)
    const { token } = stage.sandbox.apono
    stage.edit(withVariable({ name: 'APONO_URL', value: `https://${token}/` }))
    onPullRequest(stage)
    await stage.runInProcess({ ...PLAN, 'apono-api-token': token, 'apono-api-url': `${stage.sandbox.origin}/apono` })
    for (const text of [ownComment(stage).body, JSON.stringify(ownRecord(stage))]) {
      expect(text).not.toContain(token)
      expect(text).toContain('https://***/')
    }
  }, AT_ONCE))

test('without a pull request nothing is asked of GitHub', () =>
  onStage(async (stage) => {
    expect(askedIn(await stage.runInProcess(PLAN))).toEqual([])
    expect(askedIn(await stage.runInProcess(APPLY))).toEqual([])
    onPullRequest(stage)
    onMerge(stage)
    expect(askedIn(await stage.runInProcess({ ...APPLY, cpu: '2', 'allow-replace': 'true' }))).toEqual([])
  }, AT_ONCE))

test('neither without a token', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    expect(askedIn(await stage.runInProcess({ ...PLAN, 'github-token': '' }))).toEqual([])
  }, AT_ONCE))
