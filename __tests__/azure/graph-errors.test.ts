import { expect, test } from '@jest/globals'
import { graphError, isDuplicate, noGraph } from '../../src/azure/graph.ts'
import { DeployError, type ErrorCode } from '../../src/errors.ts'
import { CLIENT_ID } from '../builders.ts'

/** What the client throws: Graph's status and code. */
function refusal(statusCode: number, more: object = {}): Error {
  return Object.assign(new Error('Not like this.'), { statusCode, code: 'Nope', ...more })
}

const told = (error: unknown) => graphError(error, 'read directory roles', CLIENT_ID)

const ANSWERS: readonly (readonly [status: number, code: ErrorCode, hint: string])[] = [
  [403, 'permission-denied', `PRINCIPAL=$(az ad sp show --id ${CLIENT_ID} --query id --output tsv)`],
  [429, 'throttled', 'Run again in some minutes.'],
  [400, 'azure-refused', 'request id'],
]

test.each(ANSWERS)('%i of Microsoft Graph is %s', (status, code, hint) => {
  const error = told(refusal(status))
  expect(error.code).toBe(code)
  expect(error.hint).toContain(hint)
})

test('the request id is told where there is one', () => {
  expect(told(refusal(500, { requestId: 'a-request' })).facts).toEqual({
    'Graph error': '500 Nope',
    'request id': 'a-request',
  })
  expect(told('odd').message).toBe('Microsoft Graph refused to read directory roles: odd')
})

test('what is told already keeps its own words', () => {
  const ours = new DeployError('unreachable', 'Ours.', { hint: 'Ours.' })
  expect(told(ours)).toBe(ours)
})

test.each(['TimeoutError', 'AbortError'].map((name) => new DOMException('ended', name)))(
  'an end by the deadline is told as such: %#',
  (error) => {
    expect(told(error).code).toBe('timed-out')
  },
)

test('of the refusals with 400 only one says that the role is held already', () => {
  const said = (statusCode: number, message: string) => Object.assign(new Error(message), { statusCode })
  expect(isDuplicate(said(400, 'A conflicting object with one or more of the specified property values exists'))).toBe(
    true,
  )
  expect(isDuplicate(said(400, 'Invalid value specified for property'))).toBe(false)
  expect(isDuplicate(said(409, 'already exists'))).toBe(false)
})

test('a cloud without Microsoft Graph says how to go on without it', async () => {
  await expect(noGraph.permissions()).rejects.toMatchObject({
    code: 'unreachable',
    hint: expect.stringContaining('directory-readers: false'),
  })
})
