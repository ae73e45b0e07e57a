import { expect, test } from '@jest/globals'
import { fieldsOf, itemsOf } from '../specs/json.ts'
import { commandIn, expectFailure, flagOf } from '../stage/failure.ts'
import { plainLog, writesOf } from '../stage/result.ts'
import { onStage, type Stage } from '../stage.ts'

const NOWHERE = '00000000-0000-4000-8000-000000000000'
const ROLES: Readonly<Record<string, string>> = {
  Reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  'Azure Container Instances Contributor Role': '5d977122-f97e-4b4d-a52f-6b43003ddb4d',
}

function application(stage: Stage, name: string): { readonly clientId: string; readonly objectId: string } {
  const { tenants } = stage.control.snapshot()
  const all = itemsOf(tenants)
    .flatMap((tenant) => itemsOf(fieldsOf(tenant).applications))
    .map(fieldsOf)
  const { clientId, objectId } = all.find(({ displayName }) => displayName === name) ?? {}
  return { clientId: String(clientId), objectId: String(objectId) }
}

function takeRoles(stage: Stage, name: string): void {
  const { roleAssignments } = stage.control.snapshot()
  for (const record of Object.values(fieldsOf(roleAssignments)).map(fieldsOf)) {
    const { principalId } = fieldsOf(fieldsOf(record.body).properties)
    if (principalId === application(stage, name).objectId) stage.control.deleteResource(String(record.id))
  }
}

test.concurrent('a resource group that does not exist: the printed command makes the run work', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ operation: 'apply', 'resource-group': 'rg-missing' })
    expectFailure(refused, 'resource-group-not-found', 'There is no resource group "rg-missing"')
    const command = commandIn(refused, 'az group create')
    stage.control.addResourceGroup({ name: flagOf(command, 'name'), location: 'westeurope' })
    expect((await stage.run({ operation: 'apply', 'resource-group': 'rg-missing' })).exitCode).toBe(0)
  }))

test.concurrent('it is also found out when the region is taken from it', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ location: '', 'resource-group': 'rg-missing' })
    expectFailure(refused, 'resource-group-not-found', 'There is no resource group "rg-missing"')
  }))

test.concurrent('a subscription that the identity does not see', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ operation: 'apply', 'subscription-id': NOWHERE })
    expectFailure(refused, 'subscription-not-found', `sees no subscription ${NOWHERE}`, 'az role assignment list --all')
  }))

test.concurrent.each([
  { operation: 'plan', role: 'Reader' },
  { operation: 'apply', role: 'Azure Container Instances Contributor Role' },
])('without any role, the grant printed for $operation is enough', ({ operation, role }) =>
  onStage(async (stage) => {
    takeRoles(stage, 'deployer')
    const refused = await stage.run({ operation })
    expectFailure(refused, 'permission-denied', 'Microsoft.ContainerInstance/containerGroups/read', 'correlation id: ')
    expect(writesOf(refused)).toEqual([])
    const command = commandIn(refused, 'az role assignment create')
    expect(flagOf(command, 'role')).toBe(role)
    stage.control.addRoleAssignment({
      scope: flagOf(command, 'scope'),
      roleDefinitionId: ROLES[role] ?? '',
      principalId: application(stage, 'deployer').objectId,
    })
    expect((await stage.run({ operation })).outputs).toMatchObject({ 'failure-reason': '', 'has-changes': 'true' })
  }),
)

test.concurrent('a reader may plan; an apply is refused at the write, with the plan shown', () =>
  onStage(async (stage) => {
    stage.control.setGithub({ eventName: 'pull_request' })
    const planner = { 'client-id': application(stage, 'planner').clientId }
    expect((await stage.run({ operation: 'plan', ...planner })).outputs['to-create']).toBe('1')
    const refused = await stage.run({ operation: 'apply', ...planner })
    expectFailure(refused, 'permission-denied', 'containerGroups/write', 'Azure Container Instances Contributor Role')
    expect(refused.outputs).toMatchObject({ 'has-changes': 'true', 'to-create': '1' })
    expect(stage.stored()).toBeUndefined()
  }))

test.concurrent('a resource provider that is not registered: the printed command helps', () =>
  onStage(async (stage) => {
    stage.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const refused = await stage.run({ operation: 'apply' })
    expectFailure(refused, 'provider-not-registered', 'is not registered for Azure Container Instances')
    stage.control.setProvider(flagOf(commandIn(refused, 'az provider register'), 'namespace'), 'Registered')
    expect((await stage.run({ operation: 'apply' })).exitCode).toBe(0)
  }))

test.concurrent('a wrong token shows as an image that cannot be pulled, and says where to look', () =>
  onStage(async (stage) => {
    const refused = await stage.run(
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

test.concurrent('a version that does not exist', () =>
  onStage(async (stage) => {
    // Three numbers of up to four digits is all that the registry of the sandbox knows, so it answers for one it lost.
    const message = "The image 'registry.apono.io/apono-connector:v9.9.9' is not accessible."
    const body = { error: { code: 'InaccessibleImage', message } }
    stage.control.injectFault({ name: 'lost', method: 'PUT', effect: { kind: 'reply', status: 400, body } })
    const refused = await stage.run({ operation: 'apply', 'connector-version': 'v9.9.9' })
    expectFailure(refused, 'image-not-accessible', 'apono-connector:v9.9.9', 'check that `connector-version` exists')
  }))

test.concurrent('a quota that is used up', () =>
  onStage(async (stage) => {
    for (const name of ['first', 'second', 'third']) {
      expect((await stage.run({ operation: 'apply', name, cpu: '31' })).exitCode).toBe(0)
    }
    const refused = await stage.run({ operation: 'apply', name: 'fourth', cpu: '31' })
    expectFailure(refused, 'quota-exceeded', "quota 'StandardCores' exceeded", 'choose another `location`')
  }))

test.concurrent('a region without container instances', () =>
  onStage(async (stage) => {
    const refused = await stage.run({ operation: 'apply', location: 'atlantis' })
    expectFailure(refused, 'location-not-available', "'atlantis' is not available", 'Choose one of the listed regions')
  }))

const EVENTS = [{ name: 'InsufficientCapacity.', message: 'The requested resource is not available in this location.' }]

test.concurrent.each([0, 300])(
  'a create that Azure accepts and then fails (after %d ms) tells the reason',
  (pendingMs) =>
    onStage(async (stage) => {
      stage.control.setTiming({ pendingMs })
      stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: EVENTS } })
      const failed = await stage.run({ operation: 'apply' })
      expectFailure(
        failed,
        'provisioning-failed',
        'ended as Failed',
        'InsufficientCapacity.: The requested resource',
        'another `location`',
      )
      expect(failed.outputs['has-changes']).toBe('true')
    }),
)

test.concurrent('an operation that fails without a reason says that', () =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: [] } })
    expectFailure(await stage.run({ operation: 'apply' }), 'provisioning-failed', 'ended as Failed. It gave no reason.')
  }))

test.concurrent('a run after a failed create does not call the group good', () =>
  onStage(async (stage) => {
    stage.control.injectFault({ name: 'fails', method: 'PUT', effect: { kind: 'failed-operation', events: EVENTS } })
    await stage.run({ operation: 'apply' })
    const planned = await stage.run({ operation: 'plan' })
    expect(plainLog(planned)).toContain('does not run at the moment: it is Failed.')
    expectFailure(
      await stage.run({ operation: 'apply' }),
      'provisioning-failed',
      'az container start --ids',
      stage.groupId(),
    )
  }))

const refusals = [
  { code: 'RequestDisallowedByPolicy', status: 403, reason: 'policy-denied', says: 'Policies: Only West Europe.' },
  { code: 'ScopeLocked', status: 409, reason: 'scope-locked', says: 'az lock list' },
  { code: 'ServiceUnavailable', status: 409, reason: 'no-capacity', says: 'ask for less `cpu` and `memory`' },
  { code: 'RegistryErrorResponse', status: 409, reason: 'image-not-accessible', says: 'passing fault of the registry' },
  { code: 'InvalidContainerGroupUpdate', status: 400, reason: 'replace-refused', says: 'az container delete' },
  { code: 'SomethingNew', status: 418, reason: 'azure-refused', says: 'SomethingNew' },
] as const

test.concurrent.each(refusals)('$code is explained as $reason', ({ code, status, reason, says }) =>
  onStage(async (stage) => {
    const info = { policyAssignmentDisplayName: 'Only West Europe' }
    const body = { error: { code, message: 'In its own words.', additionalInfo: [{ type: 'PolicyViolation', info }] } }
    stage.control.injectFault({ name: 'refusal', method: 'PUT', effect: { kind: 'reply', status, body } })
    expectFailure(await stage.run({ operation: 'apply' }), reason, 'In its own words.', says, `${status} ${code}`)
  }),
)
