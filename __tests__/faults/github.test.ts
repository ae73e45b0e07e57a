import { expect, test } from '@jest/globals'
import type { FaultEffect } from '../../sandbox/faults.ts'
import { AT_ONCE, commentsOn, onPullRequest, warningsIn } from '../scenarios/github/repository.ts'
import { plainLog, type Result, requestsTo } from '../stage/result.ts'
import { onStage, type Stage } from '../stage.ts'

const COMMENTS = '/issues/7/comments'
const busy = { message: 'Come back.' }
const reply = (status: number, headers: Readonly<Record<string, string>> = {}): FaultEffect => ({
  kind: 'reply',
  status,
  headers,
  body: busy,
})

function disturb({ control }: Stage, effect: FaultEffect, on: number | 'every', path = COMMENTS): void {
  control.injectFault({ name: 'github', path, on, effect })
}

const asked = (result: Result) => requestsTo(result, /\/issues\/7\/comments$/).map(({ method }) => method)
const told = (result: Result) => plainLog(result).match(/^.*GitHub.*; next try in \d+ s$/gm) ?? []

test.each<readonly [string, FaultEffect, said: string]>([
  ['429 with a time', reply(429, { 'retry-after': '2' }), 'was answered 429; next try in 2 s'],
  ['503', reply(503), 'was answered 503; next try in 1 s'],
  ['a reset', { kind: 'drop', when: 'before' }, 'next try in 1 s'],
  ['half of the comments', { kind: 'half' }, 'was not answered with JSON; next try in 1 s'],
  ['comments that break off', { kind: 'truncate' }, 'was not answered with JSON; next try in 1 s'],
  ['a page for people', { kind: 'html', status: 200 }, 'was not answered with JSON; next try in 1 s'],
])('%s in place of the comments is asked for again, and told', (_what, effect, said) =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess({})
    disturb(stage, effect, 1)
    const planned = await stage.runInProcess({}, { pace: { second: 20 } })
    expect([planned.exitCode, warningsIn(planned), commentsOn(stage).length]).toEqual([0, [], 1])
    expect(told(planned)).toEqual([expect.stringContaining(said)])
    expect(asked(planned)).toEqual(['GET', 'GET'])
  }, AT_ONCE),
)

test('authors are asked for again too, since that changes nothing; a comment is not made twice', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess({})
    disturb(stage, reply(502), 1, '/graphql')
    const planned = await stage.runInProcess({}, { pace: { second: 20 } })
    expect([told(planned).length, warningsIn(planned)]).toEqual([1, []])
    stage.control.injectFault({ name: 'github', method: 'POST', path: COMMENTS, on: 'every', effect: reply(502) })
    const second = await stage.runInProcess({ label: 'two' }, { pace: { second: 20 } })
    expect([asked(second), told(second)]).toEqual([['GET', 'POST'], []])
    expect(warningsIn(second)).toEqual([expect.stringContaining('github-refused')])
  }, AT_ONCE))

test('nobody waits for GitHub longer than the run may take', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    disturb(stage, reply(429, { 'retry-after': '30' }), 'every')
    const planned = await stage.runInProcess({ timeout: '30s' })
    expect([planned.exitCode, planned.outputs.outcome, told(planned)]).toEqual([0, 'pending', []])
    expect(warningsIn(planned)).toEqual([expect.stringContaining('throttled')])
    expect(asked(planned)).toEqual(['GET'])
  }, AT_ONCE))

test('a cancelled run does not go on waiting for GitHub', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    disturb(stage, reply(429, { 'retry-after': '25' }), 'every')
    const stop = new AbortController()
    const cancel = setInterval(() => {
      const isWaiting = (stage.control.faults()[0]?.matched ?? 0) > 0
      if (isWaiting) setTimeout(() => stop.abort(), 50)
    }, 10)
    const planned = await stage.runInProcess({ operation: 'apply' }, { stop: stop.signal })
    clearInterval(cancel)
    expect(planned.exitCode).toBe(1)
    expect(asked(planned)).toEqual(['GET'])
    expect(planned.wallMs).toBeLessThan(20_000)
  }, AT_ONCE))

test('a run that is over still says how it ended, and hangs on nothing', () =>
  onStage(async (stage) => {
    onPullRequest(stage)
    await stage.runInProcess({})
    stage.control.injectFault({ name: 'no', path: '/containerGroups/', on: 'every', effect: reply(403) })
    const failed = await stage.runInProcess({}, { pace: { second: 50 } })
    expect(failed.exitCode).toBe(1)
    expect(commentsOn(stage)[0]?.body).toContain(failed.outputs['failure-reason'])
    stage.control.injectFault({ name: 'hang', path: COMMENTS, on: 'every', effect: { kind: 'delay', ms: 2_000 } })
    const hung = await stage.runInProcess({}, { pace: { limit: 50 } })
    expect(warningsIn(hung)).toEqual([expect.stringContaining('unreachable')])
  }, AT_ONCE))
