import { expect, test } from '@jest/globals'
import type { Fault, FaultEffect } from '../../sandbox/faults.ts'
import { expectFailure } from '../stage/failure.ts'
import { plainLog, requestsTo, writesOf } from '../stage/result.ts'
import { onStage } from '../stage.ts'

/** A pause of a second takes a fiftieth. */
const QUICK = { pace: { second: 20 } }

const busy = { error: { code: 'ServerBusy', message: 'Come back.' } }
const again = { 'retry-after': '1' }
const throttled: FaultEffect = {
  kind: 'reply',
  status: 429,
  headers: again,
  body: { error: { code: 'SubscriptionRequestsThrottled', message: "Number of 'read' requests exceeded." } },
}

type Mishap = { readonly what: string; readonly fault: Omit<Fault, 'name' | 'on'> & { readonly on?: number } }

const passing: readonly Mishap[] = [
  { what: 'a throttled read that says when to come back', fault: { path: '/containerGroups/', effect: throttled } },
  { what: 'a throttled write', fault: { method: 'PUT', effect: throttled } },
  {
    what: 'a service that is busy once',
    fault: { method: 'PUT', effect: { kind: 'reply', status: 503, headers: again, body: busy } },
  },
  {
    what: 'a connection that ends before the read',
    fault: { path: '/containerGroups/', effect: { kind: 'drop', when: 'before' } },
  },
  { what: 'a connection that ends before the PUT', fault: { method: 'PUT', effect: { kind: 'drop', when: 'before' } } },
  { what: 'a connection that ends after the PUT', fault: { method: 'PUT', effect: { kind: 'drop', when: 'after' } } },
  {
    what: 'a connection that ends while Azure works',
    fault: { path: '/operations/', effect: { kind: 'drop', when: 'after' } },
  },
  {
    what: 'a page of a proxy in place of a read',
    fault: { path: '/containerGroups/', effect: { kind: 'html', status: 502 } },
  },
  {
    what: "a page of a proxy in place of the cloud's description",
    fault: { path: '/metadata/', effect: { kind: 'html', status: 502 } },
  },
  {
    what: "a busy endpoint for GitHub's token",
    fault: { path: '/runner/token', effect: { kind: 'reply', status: 503, headers: again, body: busy } },
  },
  {
    what: 'a busy Entra',
    fault: { path: '/oauth2/', effect: { kind: 'reply', status: 503, headers: again, body: busy } },
  },
]

test.each(passing)('$what is tried again, and the apply succeeds', ({ fault }) =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'mishap', ...fault })
    const applied = await stage.runInProcess({ operation: 'apply' }, QUICK)
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect((await stage.runInProcess({}, QUICK)).outputs['has-changes']).toBe('false')
  }),
)

// The SDK sends the PUT again, and meets the operation that its first one has begun.
test('a connection that ends after a PUT that takes its time is not a failure either', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ startMs: 600 })
    stage.control.injectFault({ name: 'mishap', method: 'PUT', effect: { kind: 'drop', when: 'after' } })
    const applied = await stage.runInProcess({ operation: 'apply' }, QUICK)
    expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
    expect(requestsTo(applied, /containerGroups/).filter(({ status }) => status === 409).length).toBeGreaterThan(0)
    expect(plainLog(applied)).toContain('waiting for an earlier change of the group to end, next try in 10 s')
    expect((await stage.runInProcess({}, QUICK)).outputs['has-changes']).toBe('false')
  }))

test('whatever becomes of a PUT without an answer, the next run converges', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ startMs: 300 })
    stage.control.injectFault({ name: 'mishap', method: 'PUT', effect: { kind: 'drop', when: 'after' } })
    await stage.runInProcess({ operation: 'apply' }, QUICK)
    const second = await stage.runInProcess({ operation: 'apply' }, QUICK)
    expect([second.exitCode, writesOf(second)]).toEqual([0, []])
  }))

test('a reply that ends in the middle is not taken for the whole', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply' }, QUICK)
    stage.control.injectFault({ name: 'cut', path: '/containerGroups/', effect: { kind: 'truncate' } })
    const planned = await stage.runInProcess({}, QUICK)
    expect(writesOf(planned)).toEqual([])
    expect([planned.outputs['has-changes'] ?? '', planned.outputs['failure-reason']]).toEqual(
      planned.exitCode === 0 ? ['false', ''] : ['', 'unreachable'],
    )
  }))

test('an address where nothing listens is named', () =>
  onStage(async (stage) => {
    const failed = await stage.runInProcess({ cloud: 'https://localhost:1', operation: 'apply' }, QUICK)
    expectFailure(failed, 'unreachable', 'localhost:1 could not be reached', 'HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS')
  }))

test('a certificate that nobody vouches for is a matter of NODE_EXTRA_CA_CERTS', () =>
  onStage(async (stage) => {
    const failed = await stage.run({}, { env: { NODE_EXTRA_CA_CERTS: null } })
    expectFailure(failed, 'unreachable', 'could not be reached', 'NODE_EXTRA_CA_CERTS')
  }))
