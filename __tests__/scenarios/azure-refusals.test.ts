import { expect, test } from '@jest/globals'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, planLines, requestsTo, writesOf } from '../stage/result.ts'
import { onStage } from '../stage.ts'

const NOWHERE = '00000000-0000-4000-8000-000000000000'

test('a resource group that does not exist: the printed command makes the run work', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ operation: 'apply', 'resource-group': 'rg-missing' })
    expectFailure(refused, 'resource-group-not-found', 'There is no resource group "rg-missing"')
    const command = commandIn(refused, 'az group create')
    stage.control.addResourceGroup({ name: flagOf(command, 'name'), location: 'westeurope' })
    expect((await stage.runInProcess({ operation: 'apply', 'resource-group': 'rg-missing' })).exitCode).toBe(0)
  }))

test('it is also found out when the region is taken from it', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ location: '', 'resource-group': 'rg-missing' })
    expectFailure(refused, 'resource-group-not-found', 'There is no resource group "rg-missing"')
  }))

test('a subscription that the identity does not see', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ operation: 'apply', 'subscription-id': NOWHERE })
    expectFailure(refused, 'subscription-not-found', `sees no subscription ${NOWHERE}`, 'az role assignment list --all')
  }))

test('a wrong token shows as an image that cannot be pulled, and says where to look', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess(
      { operation: 'apply', 'apono-token': 'wrong"token\\with%25&all/+=' },
      { debug: true },
    )
    expectFailure(
      refused,
      'image-not-accessible',
      'is not accessible',
      'a wrong or revoked `apono-token` shows up here first',
    )
    expect(stage.stored()).toBeUndefined()
  }))

test('a version that does not exist', () =>
  onStage(async (stage) => {
    // Three numbers of up to four digits is all that the registry of the sandbox knows, so it answers for one it lost.
    const message = "The image 'registry.apono.io/apono-connector:v9.9.9' is not accessible."
    const body = { error: { code: 'InaccessibleImage', message } }
    stage.control.injectFault({ name: 'lost', method: 'PUT', effect: { kind: 'reply', status: 400, body } })
    const refused = await stage.runInProcess({ operation: 'apply', 'connector-version': 'v9.9.9' })
    expectFailure(refused, 'image-not-accessible', 'apono-connector:v9.9.9', 'check that `connector-version` exists')
  }))

test('a wrong password of an own registry is not the fault of the Apono token', () =>
  onStage(async (stage) => {
    const image = 'acme.azurecr.io/apono-connector:v1.7.8'
    const body = { error: { code: 'InaccessibleImage', message: `The image '${image}' is not accessible.` } }
    stage.control.injectFault({ name: 'refused', method: 'PUT', effect: { kind: 'reply', status: 400, body } })
    const registry = { 'registry-username': 'puller', 'registry-password': 'not-the-password-of-today' }
    const refused = await stage.runInProcess({ operation: 'apply', image, ...registry })
    expectFailure(refused, 'image-not-accessible', 'those of acme.azurecr.io', `check that \`image\` exists: ${image}`)
    expect(refused.log).not.toMatch(/Apono token|apono-token|connector-version` exists/)
  }))

test('a quota that is used up', () =>
  onStage(async (stage) => {
    for (const name of ['first', 'second', 'third']) {
      expect((await stage.runInProcess({ operation: 'apply', 'connector-id': name, cpu: '31' })).exitCode).toBe(0)
    }
    const refused = await stage.runInProcess({ operation: 'apply', 'connector-id': 'fourth', cpu: '31' })
    expectFailure(refused, 'quota-exceeded', "quota 'StandardCores' exceeded", 'choose another `location`')
  }))

test('a region without container instances', () =>
  onStage(async (stage) => {
    const refused = await stage.runInProcess({ operation: 'apply', location: 'atlantis' })
    expectFailure(refused, 'location-not-available', "'atlantis' is not available", 'Choose one of the listed regions')
  }))

const EVENTS = [{ name: 'InsufficientCapacity.', message: 'The requested resource is not available in this location.' }]

test.each([0, 300])('a create that Azure accepts and then fails (after %d ms) tells the reason', (pendingMs) =>
  onStage(async (stage) => {
    stage.control.setTiming({ pendingMs })
    stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: EVENTS } })
    const failed = await stage.runInProcess({ operation: 'apply' })
    expectFailure(
      failed,
      'no-capacity',
      'ended as Failed',
      'InsufficientCapacity.: The requested resource',
      'another `location`',
    )
    expect(failed.outputs['has-changes']).toBe('true')
  }),
)

test('an operation that fails without a reason says that', () =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: [] } })
    expectFailure(
      await stage.runInProcess({ operation: 'apply' }),
      'provisioning-failed',
      'ended as Failed. It gave no reason.',
    )
  }))

test('a run after a failed create shows the failure and sets the group up again', () =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: EVENTS } })
    await stage.runInProcess({ operation: 'apply' })
    const planned = await stage.runInProcess({ operation: 'plan' })
    expect(planLines(planned)).toEqual(['~ state "ProvisioningFailed" → "Running"'])
    const applied = await stage.runInProcess({ operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['PUT apono-connector']])
    expect((await stage.runInProcess({})).outputs['has-changes']).toBe('false')
  }))

test('a group that fails again is never called good', () =>
  onStage(async (stage) => {
    const effect = { kind: 'failed-operation', events: EVENTS } as const
    for (const _ of ['first', 'second']) {
      stage.control.injectFault({ name: 'fails', method: 'PUT', effect })
      const failed = await stage.runInProcess({ operation: 'apply' })
      expectFailure(failed, 'no-capacity', 'InsufficientCapacity.: The requested resource')
    }
    expect(planLines(await stage.runInProcess({}))).toEqual(['~ state "ProvisioningFailed" → "Running"'])
  }))

const refusals = [
  { code: 'RequestDisallowedByPolicy', status: 403, reason: 'policy-denied', says: 'Policies: Only West Europe.' },
  { code: 'ScopeLocked', status: 409, reason: 'scope-locked', says: 'Remove the lock for the time of the run' },
  { code: 'ServiceUnavailable', status: 409, reason: 'no-capacity', says: 'ask for less `cpu` and `memory`' },
  { code: 'SubnetMissingRequiredDelegation', status: 400, reason: 'subnet-not-usable', says: '--delegations' },
  { code: 'RegistryErrorResponse', status: 409, reason: 'image-not-accessible', says: 'passing fault of the registry' },
  { code: 'InvalidContainerGroupUpdate', status: 400, reason: 'replace-refused', says: 'allow-replace: true' },
  { code: 'SomethingNew', status: 418, reason: 'azure-refused', says: 'SomethingNew' },
] as const

test.each(refusals)('$code is explained as $reason', ({ code, status, reason, says }) =>
  onStage(async (stage) => {
    const info = { policyAssignmentDisplayName: 'Only West Europe' }
    const body = { error: { code, message: 'In its own words.', additionalInfo: [{ type: 'PolicyViolation', info }] } }
    stage.control.injectFault({ name: 'refusal', method: 'PUT', effect: { kind: 'reply', status, body } })
    expectFailure(
      await stage.runInProcess({ operation: 'apply' }),
      reason,
      'In its own words.',
      says,
      `${status} ${code}`,
    )
  }),
)

test('a region without capacity is told with others that are near', () =>
  onStage(async (stage) => {
    const message =
      "The requested resource is not available in the location 'westeurope' at this moment. Please retry with a different resource request or in another location."
    const body = { error: { code: 'ServiceUnavailable', message } }
    stage.control.injectFault({ name: 'full', method: 'PUT', effect: { kind: 'reply', status: 409, body } })
    const refused = await stage.runInProcess({ operation: 'apply' })
    expectFailure(refused, 'no-capacity', 'northeurope, swedencentral, francecentral are near')
    // There is no group that could be asked for the reason.
    expect(requestsTo(refused, /logs$/)).toEqual([])
  }))

// What the reply names is the locked scope; `az lock delete --ids` takes ids of locks.
test('the printed command for a lock does not take the locked scope for the lock', () =>
  onStage(async (stage) => {
    const scope = stage.groupId().split('/providers/')[0]
    const message = `The scope '${stage.groupId()}' cannot perform write operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`
    const body = { error: { code: 'ScopeLocked', message } }
    stage.control.injectFault({ name: 'locked', method: 'PUT', effect: { kind: 'reply', status: 409, body } })
    const refused = await stage.runInProcess({ operation: 'apply' })
    expectFailure(refused, 'scope-locked', 'az lock')
    expect(plainLog(refused)).not.toContain(`az lock delete --ids '${scope}'`)
  }))
