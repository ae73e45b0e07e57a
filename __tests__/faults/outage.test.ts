import { expect, test } from '@jest/globals'
import type { FaultEffect } from '../../sandbox/faults.ts'
import type { LogEntry } from '../../sandbox/request-log.ts'
import { expectFailure } from '../stage/failure.ts'
import { plainLog, requestsTo } from '../stage/result.ts'
import { onStage, type Stage } from '../stage.ts'

/** A minute of waiting takes a third of a second. */
const QUICK = { pace: { second: 5 } }
const html = (status: number): FaultEffect => ({ kind: 'html', status })
const body = { error: { code: 'SubscriptionRequestsThrottled', message: "Number of 'read' requests exceeded." } }
const GROUPS = '/containerGroups/'

function forGood({ control }: Stage, path: string, effect: FaultEffect, method = 'GET'): void {
  control.injectFault({ name: 'outage', method, path, on: 'every', effect })
}

test('requests that stay throttled end the run with the reason, and every wait is told', () =>
  onStage(async (stage) => {
    forGood(stage, GROUPS, { kind: 'reply', status: 429, body })
    const failed = await stage.runInProcess({}, QUICK)
    expectFailure(failed, 'throttled', "Number of 'read' requests exceeded.", 'Run again in some minutes')
    const waits = plainLog(failed).match(
      /GET …\/containerGroups\/apono-connector at \S+ was answered 429 \(SubscriptionRequestsThrottled\); next try in \d+ s/g,
    )
    expect(waits?.map((line) => Number(/(\d+) s$/.exec(line)?.[1]))).toEqual([1, 2, 4, 8, 15, 30])
  }))

test('a service that wants more time than there is ends the run at once', () =>
  onStage(async (stage) => {
    forGood(stage, GROUPS, { kind: 'reply', status: 429, headers: { 'retry-after': '3600' }, body })
    const failed = await stage.runInProcess({ timeout: '10m' })
    expectFailure(failed, 'throttled', 'it wants to be asked again in 3600 s, but there are ', 'Run again in 60 min')
    expect(requestsTo(failed, /containerGroups\//)).toHaveLength(1)
  }))

test('a proxy that stays in the way ends the run with its status', () =>
  onStage(async (stage) => {
    forGood(stage, GROUPS, html(502))
    const failed = await stage.runInProcess({}, QUICK)
    expectFailure(failed, 'unreachable', '502', 'HTTPS_PROXY')
    expect(requestsTo(failed, /containerGroups\//)).toHaveLength(7)
  }))

test.each<readonly [string, path: string, method: string]>([
  ['the subscription', '^/subscriptions/[^/]+$', 'GET'],
  ['a role assignment', '/roleAssignments/', 'PUT'],
  ['the container group', '/containerGroups/', 'PUT'],
])('%s that is not served is no lack of capacity', (_what, path, method) =>
  onStage(async (stage) => {
    const down = { error: { code: 'ServiceUnavailable', message: 'The service is down.' } }
    forGood(stage, path, { kind: 'reply', status: 503, body: down }, method)
    const failed = await stage.runInProcess({ operation: 'apply', permissions: 'subscription' }, QUICK)
    expectFailure(failed, 'unreachable', '503 (ServiceUnavailable)', 'Run again in some minutes')
  }),
)

test('a page for people in place of Azure is told as such', () =>
  onStage(async (stage) => {
    forGood(stage, GROUPS, html(200))
    const failed = await stage.runInProcess({}, QUICK)
    expectFailure(failed, 'unreachable', 'a web page instead of JSON', 'HTTPS_PROXY')
    expect(requestsTo(failed, /containerGroups\//)).toHaveLength(4)
  }))

test('an address that answers, but is no Azure Resource Manager, is told apart', () =>
  onStage(async (stage) => {
    forGood(stage, '/metadata/', html(404))
    expectFailure(
      await stage.runInProcess({}, QUICK),
      'unreachable',
      'answered 404, but not with the endpoints of an Azure cloud',
    )
    forGood(stage, '/metadata/', html(200))
    expectFailure(await stage.runInProcess({}, QUICK), 'unreachable', 'GET /metadata/endpoints', 'a web page')
  }))

test('an Entra that stays overloaded is no wrong credential', () =>
  onStage(async (stage) => {
    forGood(stage, '/oauth2/', { kind: 'reply', status: 503 }, 'POST')
    expectFailure(await stage.runInProcess({}, QUICK), 'unreachable', 'Entra answered 503 again and again')
    forGood(stage, '/oauth2/', { kind: 'reply', status: 429 }, 'POST')
    expectFailure(await stage.runInProcess({}, QUICK), 'throttled', 'Entra answered 429')
  }))

test.each([
  [503, 'unreachable'],
  [429, 'throttled'],
] as const)('a GitHub that answers %i instead of a token is no missing permission', (status, code) =>
  onStage(async (stage) => {
    forGood(stage, '/runner/token', { kind: 'reply', status })
    const failed = await stage.runInProcess({}, QUICK)
    expectFailure(failed, code, `GitHub answered ${status} again and again`, 'githubstatus.com')
    expect(plainLog(failed)).not.toContain('id-token: write')
  }),
)

test.each([400, 403, 404, 409])('%i is asked once', (status) =>
  onStage(async (stage) => {
    forGood(stage, '/containerGroups/apono-connector$', {
      kind: 'reply',
      status,
      body: { error: { code: 'No', message: 'No.' } },
    })
    const failed = await stage.runInProcess({}, QUICK)
    expect(failed.exitCode).toBe(1)
    expect(requestsTo(failed, /containerGroups\/apono-connector$/)).toHaveLength(1)
    expect(plainLog(failed)).not.toContain('next try')
  }),
)

test('what else is waited for ends with the run, and so does its process', () =>
  onStage(async (stage) => {
    stage.control.injectFault({
      name: 'later',
      path: '/roleAssignments$',
      on: 'every',
      effect: { kind: 'reply', status: 503, headers: { 'retry-after': '300' } },
    })
    forGood(stage, GROUPS, {
      kind: 'reply',
      status: 403,
      body: { error: { code: 'AuthorizationFailed', message: 'No.' } },
    })
    const kill = AbortSignal.timeout(25_000)
    const failed = await stage.run({ permissions: 'subscription' }, { kill })
    expectFailure(failed, 'permission-denied')
  }))

test('a refused token is replaced once, with a fresh assertion of GitHub', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ startMs: 600 })
    // Time enough for time to jump between two requests.
    const effect = { kind: 'delay', ms: 60 } as const
    stage.control.injectFault({ name: 'slow', path: '/operations/', on: 'every', effect })
    let reads = 0
    // Time jumps while the group is set up, as it does for a connector in a subnet: half an hour twice.
    const jump = setInterval(() => {
      const isOfTheWrite = ({ method, path }: LogEntry) => method === 'PUT' || path.includes('/operations/')
      const under = stage.control.requests().filter(isOfTheWrite).length
      if (under > reads && reads < 2) {
        reads += 1
        stage.control.setTiming({ startMs: 600 })
        stage.control.advanceClock(31 * 60_000)
      }
    }, 5)
    const applied = await stage.runInProcess({ operation: 'apply', timeout: '2h' })
    clearInterval(jump)
    expect([applied.exitCode, reads]).toEqual([0, 2])
    const refused = requestsTo(applied, /./).filter(({ status }) => status === 401)
    expect(refused.length).toBeGreaterThan(0)
    const tokens = requestsTo(applied, /\/runner\/token/).length
    expect([tokens, requestsTo(applied, /\/oauth2\//).length]).toEqual([2, 2])
    expect((await stage.runInProcess({})).outputs['has-changes']).toBe('false')
  }))

test('an assertion that grew old while Entra made us wait is replaced', () =>
  onStage(async (stage) => {
    stage.control.injectFault({
      name: 'busy',
      path: '/oauth2/',
      effect: { kind: 'reply', status: 429, headers: { 'retry-after': '2' } },
    })
    const jump = setInterval(() => {
      if (stage.control.faults()[0]?.matched !== 1) return
      stage.control.advanceClock(20 * 60_000)
      clearInterval(jump)
    }, 5)
    const planned = await stage.runInProcess({}, { pace: { second: 100 } })
    clearInterval(jump)
    expect(planned.exitCode).toBe(0)
    expect(requestsTo(planned, /\/oauth2\//).map(({ status }) => status)).toEqual([429, 401, 200])
  }))
