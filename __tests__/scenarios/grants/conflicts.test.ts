import { expect, test } from '@jest/globals'
import { v5 as uuid } from 'uuid'
import { expectFailure } from '../../stage/failure.ts'
import { plainLog, requestsTo } from '../../stage/result.ts'
import { onStage, type Stage } from '../../stage.ts'
import {
  ACCESS_ADMINISTRATOR,
  DIRECTORY_PATH,
  directoryReadersIn,
  GRANTS_PATH,
  grantsOf,
  identityOf,
  OWNER,
  refusal,
  resourceGroupOf,
  rolesOf,
  subscriptionOf,
  throughIdentity,
} from './granted.ts'

type Inputs = Readonly<Record<string, string>>

/** Hands out everything but Owner. */
const NO_OWNER = `@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals {${OWNER}}`

const AZURE_ONLY = { permissions: 'subscription', 'directory-readers': 'false' }
const ENTRA = { permissions: 'subscription' }

const byIdentity = (stage: Stage, inputs: Inputs = AZURE_ONLY) => ({ ...inputs, ...throughIdentity(stage) })

/** The list that a plan is made from is empty once, though the grants are there. */
function hideGrantsOnce({ control }: Stage): void {
  const effect = { kind: 'reply', status: 200, body: { value: [] } } as const
  control.injectFault({ name: 'hidden', method: 'GET', path: `${GRANTS_PATH}$`, effect })
}

test('a grant that the list did not show is found when Azure says that it exists', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    // The same grant by the hand of somebody else.
    const { principal } = identityOf(stage)
    for (const { id } of grantsOf(stage, principal)) stage.control.deleteResource(id)
    const scope = subscriptionOf(stage)
    const id = stage.control.addRoleAssignment({
      scope,
      roleDefinitionId: ACCESS_ADMINISTRATOR,
      principalId: principal,
    })
    hideGrantsOnce(stage)
    const applied = await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    expect([applied.exitCode, applied.outputs['failure-reason']]).toEqual([0, ''])
    expect(JSON.parse(applied.outputs['role-assignment-ids'] ?? '')).toEqual([id])
    expect(grantsOf(stage, principal).map((grant) => grant.id)).toEqual([id])
  }))

test('a grant of ours that the list did not show is made again under the same name', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    const before = grantsOf(stage)
    hideGrantsOnce(stage)
    const applied = await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    expect([applied.exitCode, grantsOf(stage)]).toEqual([0, before])
  }))

test('a grant that somebody makes between plan and write is met and marked in the same run', () =>
  onStage(async (stage) => {
    const { principal: principalId } = identityOf(stage)
    stage.control.injectFault({ name: 'slow', method: 'PUT', path: GRANTS_PATH, effect: { kind: 'delay', ms: 400 } })
    const running = stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    while ((stage.control.faults()[0]?.matched ?? 0) < 1) await new Promise((resolve) => setTimeout(resolve, 5))
    const scope = subscriptionOf(stage)
    const id = stage.control.addRoleAssignment({ scope, roleDefinitionId: ACCESS_ADMINISTRATOR, principalId })
    const applied = await running
    expect(applied.exitCode).toBe(0)
    const description = expect.stringContaining('kept by azure-connector-action')
    expect(grantsOf(stage, principalId)).toEqual([expect.objectContaining({ id, description })])
    expect((await stage.runInProcess(byIdentity(stage))).outputs['has-changes']).toBe('false')
  }))

test.each([
  ['wider', 'privileged', undefined, 'GuidNotEquals'],
  ['narrower', 'none', NO_OWNER, null],
])('a %s grant met in a race ends as the one that was wanted', (_which, limit, condition, wanted) =>
  onStage(async (stage) => {
    const { principal: principalId } = identityOf(stage)
    const grant = { scope: subscriptionOf(stage), roleDefinitionId: ACCESS_ADMINISTRATOR, principalId }
    const id = stage.control.addRoleAssignment({ ...grant, ...(condition && { condition }) })
    hideGrantsOnce(stage)
    const inputs = { ...byIdentity(stage), 'constrain-roles': limit }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, applied.outputs['role-assignment-ids']]).toEqual([0, JSON.stringify([id])])
    const met = { id, condition: wanted === null ? null : expect.stringContaining(wanted) }
    expect(grantsOf(stage, principalId)).toEqual([expect.objectContaining(met)])
    expect((await stage.runInProcess(inputs)).outputs['has-changes']).toBe('false')
  }),
)

test('an identity that Azure does not know yet is waited for, and the log says so', () =>
  onStage(async (stage) => {
    const effect = refusal(400, 'PrincipalNotFound', 'Principal x does not exist in the directory y.')
    for (const on of [1, 2]) {
      stage.control.injectFault({ name: `unknown ${on}`, method: 'PUT', path: GRANTS_PATH, on, effect })
    }
    const applied = await stage.runInProcess({ ...AZURE_ONLY, operation: 'apply' })
    expect([applied.exitCode, rolesOf(stage, applied.outputs['principal-id']).length]).toEqual([0, 1])
    const log = plainLog(applied)
    expect(log).toContain('waiting for Azure to know the new identity, next try in 1 s')
    expect(log).toContain('waiting for Azure to know the new identity, next try in 2 s')
    expect(requestsTo(applied, /Authorization\/roleAssignments\/[^/]+$/)).toHaveLength(3)
  }))

test('an identity that Entra does not know yet is waited for, and the log says so', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ replicationMs: 2_500, lookMs: 0 })
    const applied = await stage.runInProcess({ ...ENTRA, operation: 'apply', wait: 'none' })
    expect([applied.exitCode, directoryReadersIn(stage)]).toEqual([0, [applied.outputs['principal-id']]])
    expect(plainLog(applied)).toContain(
      'Directory Readers: waiting for Entra to know the new identity, next try in 2 s',
    )
    const posts = requestsTo(applied, /directory\/roleAssignments$/).filter(({ method }) => method === 'POST')
    expect(posts.map(({ status }) => status)).toEqual([404, 404, 201])
  }))

test('a directory role that the list does not show yet is not given twice', () =>
  onStage(async (stage) => {
    stage.control.setTiming({ graphConsistencyMs: 3_600_000 })
    await stage.runInProcess({ ...byIdentity(stage, ENTRA), operation: 'apply' })
    const again = await stage.runInProcess({ ...byIdentity(stage, ENTRA), operation: 'apply' })
    expect([again.exitCode, again.outputs['failure-reason']]).toEqual([0, ''])
    const posts = requestsTo(again, /directory\/roleAssignments$/).filter(({ method }) => method === 'POST')
    expect(posts.map(({ status }) => status)).toEqual([400])
    expect(directoryReadersIn(stage)).toEqual([identityOf(stage).principal])
  }))

test('another 400 of Graph is not taken for a duplicate', () =>
  onStage(async (stage) => {
    const effect = refusal(400, 'Request_BadRequest', 'Invalid value specified for property.')
    stage.control.injectFault({ name: 'bad', method: 'POST', path: DIRECTORY_PATH, effect })
    const applied = await stage.runInProcess({ ...byIdentity(stage, ENTRA), operation: 'apply' })
    expectFailure(applied, 'azure-refused', 'Invalid value specified for property.')
    expect(directoryReadersIn(stage)).toEqual([])
  }))

test.each(['GET', 'POST'])('Graph that is busy is asked again when it says (%s)', (method) =>
  onStage(async (stage) => {
    const effect = refusal(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '1' })
    stage.control.injectFault({ name: 'busy', method, path: DIRECTORY_PATH, effect })
    const applied = await stage.runInProcess({ ...byIdentity(stage, ENTRA), operation: 'apply' })
    expect([applied.exitCode, directoryReadersIn(stage)]).toEqual([0, [identityOf(stage).principal]])
    const [first, second] = requestsTo(applied, /directory\/roleAssignments$/).filter((each) => each.method === method)
    expect((second?.started ?? 0) - (first?.ended ?? 0)).toBeGreaterThanOrEqual(950)
  }),
)

test('Graph that stays busy is named as what it is', () =>
  onStage(async (stage) => {
    const effect = refusal(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '3600' })
    stage.control.injectFault({ name: 'busy', path: DIRECTORY_PATH, on: 'every', effect })
    expectFailure(await stage.runInProcess({ ...byIdentity(stage, ENTRA), operation: 'apply' }), 'throttled')
  }))

test('a name that another grant took is told with what is in the way', () =>
  onStage(async (stage) => {
    const { principal: principalId } = identityOf(stage)
    const parts = [subscriptionOf(stage), principalId, ACCESS_ADMINISTRATOR]
    const name = uuid(parts.join('-').toLowerCase(), '11fb06fb-712d-4ddd-98c7-e71bbd588830')
    const scope = resourceGroupOf(stage)
    stage.control.addRoleAssignment({ name, scope, roleDefinitionId: ACCESS_ADMINISTRATOR, principalId })
    const applied = await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    expectFailure(applied, 'azure-refused', 'RoleAssignmentUpdateNotPermitted')
    expect(applied.outputs['role-assignment-ids']).toBe('[]')
  }))

test('a subscription that is full of grants says so', () =>
  onStage(async (stage) => {
    stage.control.setRoleAssignmentLimits({ subscription: 1 })
    const applied = await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    expectFailure(applied, 'quota-exceeded', 'No more role assignments can be created')
  }))

test('lists of many pages are read to their end', () =>
  onStage(async (stage) => {
    await stage.runInProcess({ ...byIdentity(stage), operation: 'apply' })
    stage.control.setRoleAssignmentLimits({ page: 1 })
    expect((await stage.runInProcess(byIdentity(stage))).outputs['has-changes']).toBe('false')
  }))
