import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { armClient, jobToken, redeem } from '../specs/arm-client.ts'
import { fieldsOf } from '../specs/json.ts'
import { expectFailure } from '../stage/failure.ts'
import { withVariable } from '../stage/group-edits.ts'
import { plainLog, planLines, writesOf } from '../stage/result.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage({ readableToken: true })
})
afterEach(() => {
  stage.control.deleteResource(stage.groupId())
})
afterAll(() => stage.close())

/** The group that `az container create` makes from the line in Apono's guide: every variable readable, no tags, 1.5 GB, no probe. */
function vendorGroup(connectorId = 'apono-connector') {
  const { inputs } = stage.sandbox
  const token = inputs['apono-token']
  const metadata = {
    cloud_provider: 'AZURE',
    subscription_id: inputs['subscription-id'],
    resource_group: inputs['resource-group'],
    region: 'westeurope',
    is_azure_admin: true,
  }
  const environmentVariables = [
    { name: 'APONO_CONNECTOR_ID', value: connectorId },
    { name: 'APONO_TOKEN', value: token },
    { name: 'APONO_URL', value: 'api.apono.io' },
    { name: 'CONNECTOR_METADATA', value: JSON.stringify(metadata) },
  ]
  return {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    tags: {},
    properties: {
      osType: 'Linux',
      restartPolicy: 'Always',
      imageRegistryCredentials: [{ server: 'registry.apono.io', username: 'apono', password: token }],
      containers: [
        {
          name: 'apono-connector',
          properties: {
            image: 'registry.apono.io/apono-connector:v1.7.8',
            environmentVariables,
            resources: { requests: { cpu: 1, memoryInGB: 1.5 } },
          },
        },
      ],
    },
  }
}

/** Puts a group as somebody with az would. */
async function installByHand(body: unknown): Promise<string> {
  const { origin, env, inputs } = stage.sandbox
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = '' } = env
  const { 'tenant-id': tenantId = '', 'client-id': clientId = '' } = inputs
  const signIn = { origin, requestUrl, requestToken, tenantId, clientId }
  const { body: granted } = await redeem(signIn, await jobToken(signIn))
  const send = armClient(origin, String(fieldsOf(granted).access_token))
  const { exchange } = await send('PUT', `${stage.groupId()}?api-version=2023-05-01`, body)
  if (exchange.status !== 201) throw new Error(`the group was not made: ${JSON.stringify(exchange.replyBody)}`)
  return String(fieldsOf(fieldsOf(exchange.replyBody).identity).principalId)
}

test("the vendor's group shows what differs; its memory would need a replace, which is refused", async () => {
  await installByHand(vendorGroup())
  const planned = await stage.run({ operation: 'plan' })
  expect(planned.outputs).toMatchObject({ 'to-replace': '1', outcome: 'pending' })
  expect(planLines(planned)).toContain('~ memory 1.5 → 2  (forces a replace)')
  const applied = await stage.run({ operation: 'apply' })
  expectFailure(
    applied,
    'replace-refused',
    'cannot change memory',
    'allow-replace: true',
    'set memory back to what is there now',
  )
  expect(writesOf(applied)).toEqual([])
})

test("with its memory, the vendor's group is adopted in place: token secured, identity kept", async () => {
  const principal = await installByHand(vendorGroup())
  const applied = await stage.run({ operation: 'apply', memory: '1.5' })
  expect(applied.exitCode).toBe(0)
  expect(planLines(applied)).toEqual([
    '~ environment.CONNECTOR_METADATA.is_azure_admin true → false',
    '+ livenessProbe.path "/healthz"',
    '+ livenessProbe.port 8080',
    '+ livenessProbe.initialDelay 30',
    '+ livenessProbe.period 30',
    '+ livenessProbe.failures 3',
    '+ tags.apono-connector-id "apono-connector"',
    '+ tags.apono-managed-by "azure-connector-action"',
    '~ token "readable in plain text" → (sensitive value)',
  ])
  expect(plainLog(applied)).toContain('it is adopted and marked.')
  expect(plainLog(applied)).toContain('could be read in plain text by everyone with Reader on it')
  expect(applied.summary).toContain('rotate it in Apono as well')
  expect(writesOf(applied)).toEqual(['PUT apono-connector'])
  expect(applied.outputs['principal-id']).toBe(principal)
  expect((await stage.run({ memory: '1.5' })).outputs['has-changes']).toBe('false')
})

test('a token that somebody made readable is shown without its value, and secured', async () => {
  await stage.run({ operation: 'apply' })
  stage.edit(withVariable({ name: 'APONO_TOKEN', value: stage.sandbox.inputs['apono-token'] ?? '' }))
  const applied = await stage.run({ operation: 'apply' }, { debug: true })
  expect(planLines(applied)).toEqual(['~ token "readable in plain text" → (sensitive value)'])
  expect((await stage.run({})).outputs['has-changes']).toBe('false')
})

test('a readable token shows also on a plan that has no token itself', async () => {
  await stage.run({ operation: 'apply' })
  stage.edit(withVariable({ name: 'APONO_TOKEN', value: stage.sandbox.inputs['apono-token'] ?? '' }))
  const planned = await stage.run({ operation: 'plan', 'apono-token': '' })
  expect(planLines(planned)).toEqual(['~ token "readable in plain text" → (sensitive value)'])
})

const web = {
  location: 'westeurope',
  properties: {
    osType: 'Linux',
    containers: [{ name: 'web', properties: { image: 'nginx', resources: { requests: { cpu: 1, memoryInGB: 1 } } } }],
  },
}

test.each([
  {
    whose: 'that runs another connector',
    group: () => vendorGroup('another'),
    owner: 'it runs the connector "another"',
  },
  {
    whose: 'that is marked for another connector',
    group: () => ({ ...vendorGroup(), tags: { 'apono-connector-id': 'another' } }),
    owner: 'its tags say that it is the connector "another"',
  },
  { whose: 'that runs no connector', group: () => web, owner: 'it does not run an Apono connector' },
])('a group $whose stops the run and stays as it is', async ({ group, owner }) => {
  await installByHand(group())
  const before = stage.stored()
  for (const operation of ['plan', 'apply']) {
    const result = await stage.run({ operation })
    expectFailure(result, 'foreign-resource', owner, 'Choose another `name`')
    expect(writesOf(result)).toEqual([])
  }
  expect(stage.stored()).toEqual(before)
})
