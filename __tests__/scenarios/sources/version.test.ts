import { expect, jest, test } from '@jest/globals'
import { plainLog, planLines, requestsTo } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'

jest.setTimeout(180_000)

const IMAGE = 'registry.apono.io/apono-connector'

test('an upgrade is an update, a downgrade is called one, and latest-known goes to the newest', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ operation: 'apply', 'connector-version': '1.7.6' })
    const up = await stage.runInProcess({ operation: 'apply', 'connector-version': 'latest-known' })
    expect(planLines(up)).toEqual([`~ image "${IMAGE}:v1.7.6" → "${IMAGE}:v1.7.8"`])
    expect(plainLog(up)).not.toContain('downgrade')
    const down = await stage.runInProcess({ operation: 'plan', 'connector-version': 'v1.6.6' })
    for (const text of [plainLog(down), down.summary]) {
      expect(text).toContain('This is a downgrade: the connector of')
      expect(text).toContain('has no health endpoint')
    }
    expect(planLines(down)).toContain('- livenessProbe.path "/healthz"')
  }))

test('with a token for its API Apono is asked whether a newer version exists, beside other questions', () =>
  onStage(async (stage) => {
    const { sandbox, control } = stage
    const body = {
      id: 'apono-connector',
      version: '1.7.8',
      is_latest_version: false,
      status: 'CONNECTED',
      sessions: [],
    }
    const path = '^/apono/api/admin/v3/connectors/apono-connector$'
    control.injectFault({ name: 'apono', path, on: 'every', effect: { kind: 'reply', status: 200, body } })
    const api = { 'apono-api-token': sandbox.apono.token, 'apono-api-url': `${sandbox.origin}/apono` }
    await stage.runInProcess({ operation: 'apply' })
    const planned = await stage.runInProcess({ operation: 'plan', ...api })
    expect(plainLog(planned)).toContain('Apono knows a newer version of the connector than v1.7.8, which runs now.')
    expect([planned.exitCode, requestsTo(planned, /connectors/).length]).toEqual([0, 1])
    expect(plainLog(await stage.runInProcess({ operation: 'plan' }))).not.toContain('newer version')
  }))
