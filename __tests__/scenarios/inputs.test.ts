import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { expectFailure } from '../stage/failure.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

test('every wrong input is reported at once, and nothing is sent to anybody', async () => {
  const wrong = {
    operation: 'remove',
    'client-id': 'not-a-guid',
    'tenant-id': '',
    'subscription-id': '123',
    cloud: 'http://localhost',
    'resource-group': 'ends-in-a-period.',
    location: '!',
    'apono-token': 'a token with blanks',
    'connector-id': '-x',
    name: '_',
    'connector-version': 'latest',
    'apono-url': 'https://api.apono.io',
    cpu: '0',
    memory: 'much',
    environment: 'APONO_TOKEN=x',
    tags: 'no equals sign',
    replicas: '0',
    adopt: 'perhaps',
    'allow-replace': 'perhaps',
    'fail-on-drift': 'perhaps',
    'auto-repair': 'perhaps',
    timeout: '5',
    summary: 'perhaps',
  }
  const refused = await stage.run(wrong)
  expectFailure(
    refused,
    'invalid-inputs',
    '23 inputs are not right:',
    'nothing was sent to Azure',
    ...Object.keys(wrong).map((name) => `- ${name}: `),
  )
  expect(refused.requests).toEqual([])
})

test('a destroy takes the connector-id once more, and no permissions', async () => {
  const refused = await stage.run({ operation: 'destroy', confirm: 'another', permissions: '' })
  expectFailure(refused, 'invalid-inputs', 'One input is not right:', '- confirm: ')
  expect(refused.requests).toEqual([])
})

test('an apply without the token is refused before anything is sent', async () => {
  const refused = await stage.run({ operation: 'apply', 'apono-token': '' })
  expectFailure(refused, 'invalid-inputs', '- apono-token: is empty.', '${{ secrets.APONO_TOKEN }}')
  expect(refused.requests).toEqual([])
})

test('a token among the values that every reader sees is refused, and not repeated', async () => {
  const token = stage.sandbox.inputs['apono-token'] ?? ''
  const refused = await stage.run({ environment: `COPY=${token}`, tags: `copy=${token}` }, { debug: true })
  expectFailure(refused, 'invalid-inputs', '- environment: holds a token of Apono.', '- tags: holds a token of Apono.')
  expect(refused.requests).toEqual([])
})
