import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openStage, type Stage } from '../stage.ts'

const CONNECTOR = 'apono-connector'

let stage: Stage
let asking: Record<string, string>

beforeEach(async () => {
  stage = await openStage()
  await stage.runInProcess({ operation: 'apply' })
  asking = {
    operation: 'destroy',
    confirm: CONNECTOR,
    'apono-api-token': stage.sandbox.apono.token,
    'apono-api-url': `${stage.sandbox.origin}/apono`,
  }
})

afterEach(() => stage.close())

/** More of them than one page holds, and one of somebody else. */
function connect(): void {
  const names = ['azure-production', 'key-vault', 'sql-production']
  stage.sandbox.apono.integrations = [
    ...names.map((name) => ({ id: name, name, type: 'azure-subscription', connectorId: CONNECTOR })),
    { id: 'other', name: 'aws-production', type: 'aws-account', connectorId: 'another-connector' },
  ]
}

describe('a destroy', () => {
  test('is stopped by integrations that still use the connector, all of them named', async () => {
    connect()
    const refused = await stage.runInProcess(asking)
    expect([refused.exitCode, refused.outputs['failure-reason']]).toEqual([1, 'connector-in-use'])
    expect(refused.raw).toContain(
      'still used by "azure-production", "key-vault", "sql-production". Nothing was changed.',
    )
    expect(refused.raw).not.toContain('aws-production')
    expect(stage.stored()).toBeDefined()
  })

  test('goes on with force, and says what stops working', async () => {
    connect()
    const destroyed = await stage.runInProcess({ ...asking, force: 'true' })
    expect(destroyed.exitCode).toBe(0)
    expect(destroyed.raw).toContain('The integration "key-vault" (azure-subscription) in Apono uses this connector')
    expect(stage.stored()).toBeUndefined()
  })

  test('goes on when nothing uses the connector', async () => {
    const destroyed = await stage.runInProcess(asking)
    expect(destroyed.exitCode).toBe(0)
    expect(destroyed.raw).toContain('No integration in Apono uses this connector.')
  })

  test('asks nobody without a token', async () => {
    connect()
    const { 'apono-api-token': _, ...quiet } = asking
    expect((await stage.runInProcess(quiet)).exitCode).toBe(0)
    expect(stage.control.requests().some(({ path }) => path.startsWith('/apono/'))).toBe(false)
  })

  test('does not begin with a token that Apono refuses', async () => {
    const refused = await stage.runInProcess({ ...asking, 'apono-api-token': 'not-a-token-of-this-account' })
    expect([refused.exitCode, refused.outputs['failure-reason']]).toEqual([1, 'apono-refused'])
    expect(refused.raw).toContain('`apono-api-token` is not the connector token')
    expect(stage.stored()).toBeDefined()
  })

  test('does not begin when Apono is out of order', async () => {
    const body = { message: 'Internal Server Error' }
    const effect = { kind: 'reply', status: 500, headers: {}, body } as const
    stage.control.injectFault({ name: 'outage', path: '^/apono/', on: 'every', effect: { ...effect, status: 418 } })
    const refused = await stage.runInProcess(asking)
    expect([refused.exitCode, refused.outputs['failure-reason']]).toEqual([1, 'apono-refused'])
    expect(stage.stored()).toBeDefined()
  })

  test('is stopped by what Apono lists without details, and never by what belongs to another connector', async () => {
    const listing = (items: readonly Record<string, string>[]) => {
      const effect = { kind: 'reply', status: 200, body: { items } } as const
      stage.control.injectFault({ name: 'listing', path: '^/apono/', effect })
    }
    listing([{}])
    const refused = await stage.runInProcess(asking)
    expect([refused.exitCode, refused.outputs['failure-reason']]).toEqual([1, 'connector-in-use'])
    listing([{ id: 'other', name: 'aws-production', type: 'aws-account', connector_id: 'another-connector' }])
    expect((await stage.runInProcess(asking)).exitCode).toBe(0)
  })
})
