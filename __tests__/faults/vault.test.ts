import { expect, test } from '@jest/globals'
import type { FaultEffect } from '../../sandbox/faults.ts'
import { KEY_VAULT_SECRETS_USER, subscriptionOf } from '../scenarios/grants/granted.ts'
import { expectFailure } from '../stage/failure.ts'
import { plainLog, type Result, requestsTo } from '../stage/result.ts'
import { applicationNamed } from '../stage/rights.ts'
import { onStage, type Stage, throughTunnel } from '../stage.ts'

const HOST = 'acme-vault.vault.invalid'
const FROM_VAULT = {
  'apono-token': '',
  'apono-token-secret': `https://${HOST}/secrets/apono-token`,
  operation: 'apply',
}
const SECRETS = '^/secrets/'
const busy = { error: { code: 'ServerBusy', message: 'Come back.' } }
const reply = (status: number, headers: Readonly<Record<string, string>> = {}): FaultEffect => ({
  kind: 'reply',
  status,
  headers,
  body: busy,
})

/** A run that takes its token from a vault which answers like this; 1 is the request without a token, 2 the one with. */
async function disturbed(stage: Stage, on: number | 'every', effect: FaultEffect, inputs = {}): Promise<Result> {
  const { objectId: principalId } = applicationNamed('deployer', stage)
  const scope = subscriptionOf(stage)
  stage.control.addRoleAssignment({ scope, roleDefinitionId: KEY_VAULT_SECRETS_USER, principalId })
  stage.control.injectFault({ name: 'vault', path: SECRETS, on, effect })
  return stage.runInProcess(
    { ...FROM_VAULT, ...inputs },
    { ...throughTunnel(stage), pace: { second: 20 }, debug: true },
  )
}

const asked = (result: Result) => requestsTo(result, /^\/secrets\//).length
const tries = (result: Result) => plainLog(result).match(/GET \S+ at acme-vault\.vault\.invalid .+; next try in \d+ s/g)

test.each<readonly [string, FaultEffect, said: string]>([
  ['half of the secret', { kind: 'half' }, 'JSON that ends in the middle'],
  ['a secret that breaks off', { kind: 'truncate' }, 'got no whole answer'],
  ['a page for people', { kind: 'html', status: 200 }, 'a web page instead of JSON'],
  ['429 without a time', reply(429), 'was answered 429'],
  ['429 with a time', reply(429, { 'retry-after': '1' }), 'was answered 429'],
  ['503', reply(503), 'was answered 503'],
  ['a reset', { kind: 'drop', when: 'after' }, 'got no whole answer'],
])('%s in place of the secret is asked for again, and told', (_what, effect, said) =>
  onStage(async (stage) => {
    const applied = await disturbed(stage, 2, effect)
    expect([applied.exitCode, asked(applied)]).toEqual([0, 3])
    expect(tries(applied)).toEqual([expect.stringContaining(said)])
  }),
)

test.each<readonly [string, FaultEffect, requests: number, said: string]>([
  ['a page for people', { kind: 'html', status: 200 }, 4, 'a web page instead of JSON'],
  ['503', reply(503), 7, 'answered 503'],
])('%s for good is a vault that is not reached', (_what, effect, requests, said) =>
  onStage(async (stage) => {
    const failed = await disturbed(stage, 'every', effect)
    expectFailure(failed, 'unreachable', HOST, said, 'Check the name of the vault')
    expect(asked(failed)).toBe(requests)
  }),
)

test('half of a secret for good, once it is given: not a letter of it is shown', () =>
  onStage(async (stage) => {
    // A stage that closes looks for the token in all that was shown; here it is only the beginning of one.
    for (const at of [2, 3, 4, 5])
      stage.control.injectFault({ name: `cut ${at}`, path: SECRETS, on: at, effect: { kind: 'half' } })
    const failed = await disturbed(stage, 1000, { kind: 'half' })
    expectFailure(failed, 'unreachable', HOST, 'JSON that ends in the middle')
    const token = stage.sandbox.inputs['apono-token'] ?? ''
    expect(`${failed.raw}${failed.summary}`).not.toContain(token.slice(0, 12))
    expect(asked(failed)).toBe(5)
  }))

test('a vault that stays throttled is told as such, and so is one that wants more time than there is', () =>
  onStage(async (stage) => {
    expectFailure(await disturbed(stage, 'every', reply(429)), 'throttled', HOST, 'Run again in some minutes')
    const long = await disturbed(stage, 'every', reply(429, { 'retry-after': '3600' }))
    expectFailure(
      long,
      'throttled',
      HOST,
      'it wants to be asked again in 3600 s, but there are ',
      'Run again in 60 min',
    )
    expect(asked(long)).toBe(1)
  }))

test.each<readonly [string, body: unknown, type?: string]>([
  ['nothing', {}],
  ['text', { value: 'apono-connector-token-of-nobody', id: `https://${HOST}/secrets/a/b` }, 'text/plain'],
  ['a list', []],
  ['a secret without an id', { value: 'apono-connector-token-of-nobody' }],
  ['a secret with an odd id', { value: 'apono-connector-token-of-nobody', id: 'https://x/y' }],
  [
    'a value of another type',
    { value: { apono: 'apono-connector-token-of-nobody' }, id: `https://${HOST}/secrets/a/b` },
  ],
])('%s in place of a secret is no defect of ours', (_what, body, type = 'application/json') =>
  onStage(async (stage) => {
    const headers = { 'content-type': type }
    const failed = await disturbed(stage, 2, { kind: 'reply', status: 200, headers, body: JSON.stringify(body) })
    expectFailure(failed, 'azure-refused', HOST, 'a form that this action does not know')
    expect(failed.raw).not.toContain('apono-connector-token-of-nobody')
  }),
)
