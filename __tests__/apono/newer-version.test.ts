import { expect, test } from '@jest/globals'
import { aponoAt } from '../../src/apono/client.ts'
import { newerVersion } from '../../src/apono/newer-version.ts'
import { DeployError } from '../../src/errors.ts'
import type { Http } from '../../src/http.ts'
import { LATEST_KNOWN } from '../../src/spec/connector.ts'
import { someInputs } from '../builders.ts'

const asked: string[] = []

/** The connector as Apono's API describes it: https://docs.apono.io/api-reference/apono/connectors */
function answering(status: number, body: unknown) {
  const http: Http = {
    async getJson(url) {
      asked.push(url)
      return { status, body }
    },
  }
  return aponoAt('https://api.example', 'api-token', () => http)
}
const connector = (changes: object) =>
  answering(200, { id: 'apono-connector', status: 'CONNECTED', sessions: [], ...changes })

test.each(['1.7.6', 'v1.7.6'])(
  'a newer version than %s is reported, with the newest that this release knows',
  async (version) => {
    const apono = connector({ version, is_latest_version: false })
    const notes = await newerVersion(apono, someInputs({ connectorVersion: 'v1.7.6' }))
    expect(notes).toEqual([
      `Apono knows a newer version of the connector than v1.7.6, which runs now. \`connector-version: latest-known\` is ${LATEST_KNOWN.version} of ${LATEST_KNOWN.date}.`,
    ])
    expect(asked.at(-1)).toBe('https://api.example/api/admin/v3/connectors/apono-connector')
  },
)

test('a newer one than this release knows is told as such', async () => {
  const apono = connector({ version: LATEST_KNOWN.version, is_latest_version: false })
  expect(await newerVersion(apono, someInputs({ connectorVersion: LATEST_KNOWN.version }))).toEqual([
    expect.stringContaining('It came out after this release of the action'),
  ])
})

test('where the plan goes to another version, only what runs is told', async () => {
  const apono = connector({ version: '1.7.6', is_latest_version: false })
  expect(await newerVersion(apono, someInputs({ connectorVersion: 'v1.7.8' }))).toEqual([
    'Apono knows a newer version of the connector than v1.7.6, which runs now.',
  ])
})

test.each([
  ['the latest', 200, { version: '1.7.8', is_latest_version: true }],
  ['silent', 200, { version: '1.7.8' }],
  ['silent in another way', 200, { version: '1.7.8', is_latest_version: null }],
  ['not registered yet', 404, { message: 'Connector not found' }],
  ['nothing at all', 200, undefined],
])('what is %s is not reported', async (_what, status, body) => {
  expect(await newerVersion(answering(status, body), someInputs())).toEqual([])
})

test.each([401, 403, 500])('a refusal (%s) is a note: the plan does not depend on it', async (status) => {
  expect(await newerVersion(answering(status, undefined), someInputs())).toEqual([
    expect.stringMatching(/^Whether there is a newer version of the connector could not be asked\. api\.example /),
  ])
})

test('an Apono that does not answer in time is a note too', async () => {
  const over = new DeployError('timed-out', 'over', { hint: '' })
  const http: Http = { getJson: () => Promise.reject(over) }
  const apono = aponoAt('https://api.example', 't', () => http)
  expect(await newerVersion(apono, someInputs())).toEqual([
    'Whether there is a newer version of the connector could not be asked. api.example did not answer in time.',
  ])
})

test('nobody is asked without a token, or before a destroy', async () => {
  const before = asked.length
  expect(await newerVersion(undefined, someInputs())).toEqual([])
  expect(await newerVersion(connector({}), someInputs({ operation: 'destroy' }))).toEqual([])
  expect(asked).toHaveLength(before)
})
