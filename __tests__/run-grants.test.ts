import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { FaultEffect } from '../sandbox/faults.ts'
import type { ErrorCode } from '../src/errors.ts'
import { expectFailure } from './stage/failure.ts'
import { plainLog, requestsTo, writesOf } from './stage/result.ts'
import { applicationNamed, grantOnly, scopesOf } from './stage/rights.ts'
import { onStage, openStage, type Stage } from './stage.ts'

/** The way of grants through the sources, in this process; `scenarios/grants/` goes further, through dist/. */
let stage: Stage
let connectors = 0
let connector: { readonly 'connector-id': string }

beforeAll(async () => {
  stage = await openStage({ timing: { replicationMs: 0, graphConsistencyMs: 0 } })
})
beforeEach(() => {
  connectors += 1
  connector = { 'connector-id': `connector-${connectors}` }
})
afterAll(() => stage.close())

const NOWHERE = '00000000-0000-4000-8000-000000000000'
const SUBSCRIPTION = { permissions: 'subscription' }
const AT_GROUP = { permissions: 'management-group', 'management-group': 'mg-platform' }
const GROUPS = 'Azure Container Instances Contributor Role'
const UNKNOWN_TO_US = 'Key Vault Secrets User\nAzure Kubernetes Service RBAC Reader'

function identityIn({ resourceGroup }: ReturnType<typeof scopesOf>): string {
  return `${resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
}

const combinations: readonly Readonly<Record<string, string>>[] = [
  SUBSCRIPTION,
  { ...SUBSCRIPTION, 'disable-locks': 'true', 'constrain-roles': 'privileged', 'directory-readers': 'false' },
  { ...SUBSCRIPTION, 'constrain-roles': UNKNOWN_TO_US },
  { ...AT_GROUP, 'constrain-roles': 'Reader', 'disable-locks': 'true' },
  { 'extra-role-assignments': '- role: AcrPull\n  scope: (group)\n- role: Key Vault Secrets User\n  scope: (other)' },
  { ...SUBSCRIPTION, 'identity-type': 'UserAssigned', 'identity-ids': '(identity)' },
  { ...AT_GROUP, 'identity-type': 'both', 'identity-ids': '(identity)' },
]

/** Ids are known once there is a sandbox. */
function filledIn(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const scopes = scopesOf(stage)
  const fill = (text: string) =>
    text
      .replace('(group)', scopes.resourceGroup)
      .replace('(other)', `${scopes.subscription}/resourceGroups/rg-other`)
      .replace('(identity)', identityIn(scopes))
  return Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, fill(text)]))
}

test.each(combinations)('a plan after an apply is empty, and so it is after all is taken back: %j', async (given) => {
  const inputs = { ...connector, ...filledIn(given) }
  const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
  expect([applied.exitCode, applied.outputs.outcome]).toEqual([0, 'applied'])
  const planned = await stage.runInProcess(inputs)
  expect([planned.outputs.outcome, writesOf(planned)]).toEqual(['in-sync', []])

  const bare = { ...connector, ...identityOf(inputs) }
  const lowered = await stage.runInProcess({ ...bare, operation: 'apply' })
  expect([lowered.exitCode, Number(lowered.outputs['to-delete']) > 0]).toEqual([0, true])
  expect((await stage.runInProcess(bare)).outputs.outcome).toBe('in-sync')
})

function identityOf(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name.startsWith('identity-')))
}

test('a new identity that Entra does not know yet is waited for', () =>
  onStage(
    async (slow) => {
      const applied = await slow.runInProcess({ ...SUBSCRIPTION, operation: 'apply', wait: 'none' })
      expect(applied.exitCode).toBe(0)
      expect(plainLog(applied)).toContain('waiting for Entra to know the new identity, next try in 1 s')
    },
    { timing: { replicationMs: 1_500, lookMs: 0 } },
  ))

test('a grant that somebody made meanwhile is taken over, and no second one is made', async () => {
  const inputs = { ...connector, ...SUBSCRIPTION }
  await stage.runInProcess({ ...inputs, permissions: 'none', operation: 'apply' })
  const { outputs } = await stage.runInProcess({ ...inputs, operation: 'plan' })
  const { subscription: scope } = scopesOf(stage)
  const roleDefinitionId = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
  const principalId = outputs['principal-id'] ?? ''
  const theirs = stage.control.addRoleAssignment({ scope, roleDefinitionId, principalId })
  // Made after the plan had looked, as far as the run can tell.
  const nothing: FaultEffect = { kind: 'reply', status: 200, body: { value: [] } }
  stage.control.injectFault({ name: 'before', method: 'GET', path: '/roleAssignments$', effect: nothing })
  const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
  const puts = requestsTo(applied, /roleAssignments\//)
  expect([applied.exitCode, puts.map(({ method, status }) => [method, status])]).toEqual([
    0,
    [
      ['PUT', 409],
      ['PUT', 201],
    ],
  ])
  // Theirs is marked as ours under the name it has.
  expect(puts.at(-1)?.path.split('/').at(-1)).toBe(theirs.split('/').at(-1))

  stage.control.injectFault({ name: 'hidden', method: 'GET', path: '/roleManagement/', effect: nothing })
  const again = await stage.runInProcess({ ...inputs, operation: 'apply' })
  expect(again.exitCode).toBe(0)
  expect((await stage.runInProcess(inputs)).outputs.outcome).toBe('in-sync')
})

test('every right that is missing is a warning of a plan, and all of them refuse an apply', async () => {
  stage.control.setGithub({ eventName: 'pull_request' })
  const inputs = { ...connector, ...SUBSCRIPTION, 'client-id': applicationNamed('planner', stage).clientId }
  const planned = await stage.runInProcess(inputs)
  const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
  stage.control.setGithub({ eventName: 'push' })
  const lacking = [
    'Microsoft.ContainerInstance/containerGroups/write',
    'Microsoft.Authorization/roleAssignments/write',
    'RoleManagement.ReadWrite.Directory',
  ]
  expect(planned.exitCode).toBe(0)
  for (const right of lacking) expect(plainLog(planned)).toContain(`identity lacks ${right}`)
  expectFailure(applied, 'permission-denied', 'lacks 3 rights. Nothing was changed.', ...lacking)
  expect(writesOf(applied)).toEqual([])
})

test('what may not be read is said, and taken for empty', async () => {
  const inputs = { ...connector, permissions: 'none' }
  await onStage(async (other) => {
    grantOnly(other, [GROUPS, scopesOf(other).resourceGroup])
    other.control.setAppRoles(other.sandbox.inputs['client-id'] ?? '', [])
    await other.runInProcess({ ...inputs, operation: 'apply' })
    const planned = await other.runInProcess({ ...inputs, ...SUBSCRIPTION })
    expect(plainLog(planned)).toContain(`The role assignments of ${scopesOf(other).subscription} could not be read`)
    expect(plainLog(planned)).toContain('The directory roles of the connector could not be read')
    expect(plainLog(planned)).toContain("Whether the workflow's identity may change")
  })
})

type Refusal = { readonly inputs: Readonly<Record<string, string>>; readonly code: ErrorCode; readonly says: string }
const refusals: readonly Refusal[] = [
  {
    inputs: { ...SUBSCRIPTION, 'constrain-roles': 'No Such Role' },
    code: 'role-not-found',
    says: 'There is no role "No Such Role"',
  },
  {
    inputs: { ...SUBSCRIPTION, 'constrain-roles': NOWHERE },
    code: 'role-not-found',
    says: `There is no role "${NOWHERE}"`,
  },
  {
    inputs: { 'extra-role-assignments': `- role: Reader\n  scope: /subscriptions/${NOWHERE}/resourceGroups/rg` },
    code: 'scope-not-found',
    says: `There is no /subscriptions/${NOWHERE}/resourceGroups/rg`,
  },
]

test.each(refusals)('$code: $says', async ({ inputs, code, says }) => {
  expectFailure(await stage.runInProcess({ ...connector, ...inputs }), code, says)
})

test('an identity of another tenant is refused', async () => {
  const body = { properties: { tenantId: NOWHERE, principalId: NOWHERE, clientId: NOWHERE } }
  const effect: FaultEffect = { kind: 'reply', status: 200, body }
  stage.control.injectFault({ name: 'theirs', path: '/userAssignedIdentities/', effect })
  const inputs = filledIn({ ...SUBSCRIPTION, 'identity-type': 'UserAssigned', 'identity-ids': '(identity)' })
  expectFailure(await stage.runInProcess({ ...connector, ...inputs }), 'identity-not-usable', 'is not of the tenant')
})

type GraphFault = {
  readonly method: string
  readonly status: number
  readonly code: ErrorCode
  readonly says: string
}
const ofGraph: readonly GraphFault[] = [
  { method: 'GET', status: 400, code: 'azure-refused', says: 'Microsoft Graph refused to read directory roles' },
  { method: 'GET', status: 401, code: 'sign-in-failed', says: 'A token that Entra gave just now was refused' },
  { method: 'POST', status: 403, code: 'permission-denied', says: '/appRoleAssignments' },
]

test.each(ofGraph)('Microsoft Graph answers $method with $status: $code', async ({ method, status, code, says }) => {
  const inputs = { ...connector, permissions: 'none', operation: 'apply' }
  await stage.runInProcess(inputs)
  const body = { error: { code: 'Nope', message: 'Not like this.', innerError: { 'request-id': 'a-request' } } }
  const effect: FaultEffect = { kind: 'reply', status, body }
  stage.control.injectFault({ name: 'graph', method, path: '/roleManagement/', on: 'every', effect })
  expectFailure(await stage.runInProcess({ ...inputs, ...SUBSCRIPTION }), code, says)
  stage.control.removeFault('graph')
})

test('a resource provider is registered first', () =>
  onStage(async (other) => {
    other.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    const applied = await other.runInProcess({ operation: 'apply' })
    expect([applied.exitCode, writesOf(applied)]).toEqual([0, ['POST register', 'PUT apono-connector']])

    other.removeGroups()
    other.control.setProvider('Microsoft.ContainerInstance', 'NotRegistered')
    grantOnly(other, [GROUPS, scopesOf(other).resourceGroup])
    const unseen = await other.runInProcess({ operation: 'apply' })
    expectFailure(unseen, 'provider-not-registered', 'az provider register')
    grantOnly(other, ['Reader', scopesOf(other).subscription], [GROUPS, scopesOf(other).resourceGroup])
    const seen = await other.runInProcess({ operation: 'apply' })
    expectFailure(seen, 'provider-not-registered', 'az provider register')
    expect(writesOf(seen)).toEqual([])
  }))

test('a connector that crashes over and over is a failure', () =>
  onStage(
    async (other) => {
      other.control.setContainerBehaviour('crash-loop')
      const applied = await other.runInProcess({ operation: 'apply' })
      expectFailure(applied, 'connector-unhealthy', 'crashing over and over', 'az container logs')
    },
    { timing: { exitAfterMs: 0, backOffMs: 600_000 } },
  ))
