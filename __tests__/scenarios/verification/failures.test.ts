import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { ContainerBehaviour } from '../../../sandbox/world.ts'
import type { ErrorCode } from '../../../src/errors.ts'
import { expectFailure } from '../../stage/failure.ts'
import { withVariable } from '../../stage/group-edits.ts'
import { plainLog, type Result, requestsTo } from '../../stage/result.ts'
import { openStage, type Stage } from '../../stage.ts'

let stage: Stage

beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.close())

/** Looks at the group after its PUT. */
function looksOf(result: Result): number {
  const written = result.requests.findLastIndex(({ method }) => method === 'PUT')
  const after = { requests: result.requests.slice(written + 1) }
  return requestsTo(after, /\/containerGroups\/apono-connector$/).length
}

type Case = {
  readonly behaviour: ContainerBehaviour
  readonly inputs?: Readonly<Record<string, string>>
  readonly code: ErrorCode
  /** State, conclusion and hint. */
  readonly said: readonly string[]
  /** At most: one that fails is not watched for long, and one more look is for the diagnosis. */
  readonly looks: number
}

const CASES: readonly Case[] = [
  {
    behaviour: 'crash-loop',
    code: 'connector-unhealthy',
    said: ['it is crashing over and over', 'with exit code 1', 'az container logs --ids', 'Back-off restarting failed'],
    looks: 5,
  },
  {
    behaviour: 'out-of-memory',
    code: 'out-of-memory',
    said: ['it is killed for want of memory', 'more memory than the 2 GB', 'memory: 4', '"OOMKilled", exit code 137'],
    looks: 3,
  },
  {
    behaviour: 'unhealthy',
    code: 'connector-unhealthy',
    said: ['it is failing its health probe', 'does not answer its health probe', 'v1.6.7', 'Liveness probe failed'],
    looks: 7,
  },
  {
    behaviour: 'no-egress',
    code: 'no-outbound-network',
    said: ['The connector has no way out to Apono.', 'TCP 443', '| Connector cannot start: dial tcp'],
    looks: 5,
  },
  {
    behaviour: 'running',
    inputs: { 'apono-url': 'apono.invalid' },
    code: 'apono-url-wrong',
    said: ['there is no host apono.invalid', 'leave it out for api.apono.io', 'no such host'],
    looks: 5,
  },
  {
    behaviour: 'unpullable-unauthorized',
    code: 'connector-token-refused',
    said: ['an image that cannot be pulled', 'The image registry refuses the Apono token', 'Copy the token again'],
    looks: 2,
  },
  {
    behaviour: 'unpullable-missing',
    code: 'image-not-accessible',
    said: ['an image that cannot be pulled', 'no image of the version v1.7.8', 'Check `connector-version`'],
    looks: 2,
  },
  {
    behaviour: 'unpullable-unreachable',
    code: 'no-outbound-network',
    said: ['an image that cannot be pulled', 'not even the image registry can be reached', 'TCP 443'],
    looks: 2,
  },
]

test.each(CASES)('$behaviour $inputs ends early as $code', async ({ behaviour, inputs = {}, code, said, looks }) => {
  stage.control.setContainerBehaviour(behaviour)
  stage.control.setTiming({ exitAfterMs: 4_000, backOffMs: 8_000, lookMs: 20_000 })
  const failed = await stage.runInProcess({ operation: 'apply', ...inputs })
  expectFailure(failed, code, ...said)
  expect(failed.outputs['connector-status']).toBe('unhealthy')
  expect(looksOf(failed)).toBeLessThanOrEqual(looks)
  expect(requestsTo(failed, /\/logs$/).map(({ query }) => query)).toEqual([expect.stringContaining('tail=50')])
})

test('dist does the same, as a process', async () => {
  stage.control.setContainerBehaviour('out-of-memory')
  stage.control.setTiming({ exitAfterMs: 4_000, backOffMs: 8_000, lookMs: 20_000 })
  const failed = await stage.run({ operation: 'apply' })
  expectFailure(failed, 'out-of-memory', 'killed for want of memory', 'memory: 4', '"OOMKilled", exit code 137')
})

test('a token that Apono revoked is known by the log', async () => {
  await stage.runInProcess({ operation: 'apply' })
  stage.edit(withVariable({ name: 'APONO_TOKEN', secureValue: 'revoked-long-ago' }))
  const failed = await stage.runInProcess({ operation: 'apply' })
  expectFailure(failed, 'connector-token-refused', 'Apono refuses the connector token', 'Copy the token again')
})

test('a container that neither settles nor falls over ends with `wait-timeout`', async () => {
  // Whoever looks finds it young, and yet each run is too long for a crash loop.
  stage.control.setContainerBehaviour('crash-loop')
  stage.control.setTiming({ exitAfterMs: 66_000, backOffMs: 0, lookMs: 33_000 })
  const failed = await stage.runInProcess({ operation: 'apply', 'wait-timeout': '30s' })
  expectFailure(failed, 'connector-unhealthy', 'did not run steadily within 65 s')
})

test('what a container writes is inert, redacted, and no more than 50 lines of it', async () => {
  const token = stage.sandbox.inputs['apono-token'] ?? ''
  const lines = [
    ...Array.from({ length: 60 }, (_, at) => `line ${at}`),
    '::error title=Hacked::by the container',
    '##[warning]so am I',
    '```',
    '<script>alert(1)</script> @everyone',
    `my token is ${token} and in base64 ${Buffer.from(token).toString('base64')}`,
    'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl password=hunter2!',
    `${String.fromCharCode(27)}[2Jcleared\u202e`,
  ]
  stage.control.setContainerBehaviour('crash-loop')
  stage.control.setConnectorLog(lines)
  const failed = await stage.run({ operation: 'apply' })
  expect(failed.exitCode).toBe(1)
  const log = plainLog(failed)
  for (const text of [log, failed.summary]) {
    expect(text).toContain('<script>alert(1)</script> @everyone')
    expect(text).toContain('Bearer *** password=***')
    expect(text).not.toContain('hunter2')
    expect(text).not.toContain('\u202e')
    expect(text).not.toContain('line 16')
    expect(text).toContain('line 17')
  }
  expect(failed.raw).toContain('\n  | ::error title=Hacked::by the container\n')
  expect(failed.raw).not.toContain('##[warning]')
  // A fence of three backticks in the log does not close the block it stands in.
  const block = /^(`{3,})text\ncontainer group[\s\S]*?^\1$/m.exec(failed.summary)?.[0] ?? ''
  expect(block).toContain('cleared')
})

test('with `wait: none` nothing is looked at', async () => {
  stage.control.setContainerBehaviour('crash-loop')
  const applied = await stage.runInProcess({ operation: 'apply', wait: 'none' })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
})
