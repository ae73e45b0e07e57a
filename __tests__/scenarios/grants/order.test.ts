import { expect, test } from '@jest/globals'
import { v5 as uuid } from 'uuid'
import { fieldsOf } from '../../specs/json.ts'
import { planLines, requestsTo, writesOf } from '../../stage/result.ts'
import { onStage } from '../../stage.ts'
import { directoryReadersIn, grantsOf, identityOf, subscriptionOf, throughIdentity } from './granted.ts'

const EVERYTHING = { permissions: 'subscription', 'disable-locks': 'true', 'constrain-roles': 'privileged' }

/** Namespace of `guid()` in ARM templates: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string#guid */
const ARM_GUID = '11fb06fb-712d-4ddd-98c7-e71bbd588830'

test('on a create the principal is known after apply, and the grants come after the group', () =>
  onStage(async (stage) => {
    const planned = await stage.runInProcess(EVERYTHING)
    expect(planLines(planned).filter((line) => line.includes('principal'))).toEqual([
      '+ principal-id (known after apply)',
      '+ principal (known after apply)',
      '+ principal (known after apply)',
      '+ principal (known after apply)',
    ])
    const applied = await stage.runInProcess({ ...EVERYTHING, operation: 'apply' })
    expect(writesOf(applied)[0]).toBe('PUT apono-connector')
    // One try for each Azure role, and as many for Entra's as it takes to know the new identity.
    expect(requestsTo(applied, /Authorization\/roleAssignments\//)).toHaveLength(2)
    const [readyAt = 0] = requestsTo(applied, /containerGroups\//).flatMap(({ ended }) => ended ?? [])
    for (const { started } of requestsTo(applied, /\/roleAssignments\/[^/]+$/))
      expect(started).toBeGreaterThanOrEqual(readyAt)
  }))

test('a grant says whose it is, is for a service principal, and has a name that never changes', () =>
  onStage(async (stage) => {
    const applied = await stage.runInProcess({ ...EVERYTHING, 'connector-id': 'apono-eu', operation: 'apply' })
    const principal = applied.outputs['principal-id'] ?? ''
    const grants = grantsOf(stage, principal)
    expect(grants).toHaveLength(2)
    for (const { name, scope, role, type, description } of grants) {
      expect(name).toBe(uuid([scope, principal, role].join('-').toLowerCase(), ARM_GUID))
      expect(type).toBe('ServicePrincipal')
      expect(description).toContain('Apono connector apono-eu')
      expect(description).toContain('kept by azure-connector-action')
    }
    for (const { body } of requestsTo(applied, /Authorization\/roleAssignments\//)) {
      expect(fieldsOf(fieldsOf(JSON.parse(body)).properties).principalType).toBe('ServicePrincipal')
    }

    // Made again from nothing, the same grants get the same names.
    for (const { id } of grants) stage.control.deleteResource(id)
    await stage.runInProcess({ ...EVERYTHING, 'connector-id': 'apono-eu', operation: 'apply' })
    expect(grantsOf(stage, principal).map(({ id }) => id)).toEqual(grants.map(({ id }) => id))
  }))

test('with a user-assigned identity the grants come before the group and outlive it', () =>
  onStage(async (stage) => {
    const { principal } = identityOf(stage)
    const inputs = { ...EVERYTHING, ...throughIdentity(stage) }
    const planned = await stage.runInProcess(inputs)
    expect(planLines(planned)).toContain(`+ principal "${principal}"`)

    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, writesOf(applied).at(-1)]).toEqual([0, 'PUT apono-connector'])
    const [group] = requestsTo(applied, /containerGroups\//).filter(({ method }) => method === 'PUT')
    const grants = requestsTo(applied, /\/roleAssignments(\/[^/]+)?$/).filter(({ method }) => method !== 'GET')
    expect(grants).toHaveLength(3)
    for (const { ended } of grants) expect(ended ?? Number.NaN).toBeLessThanOrEqual(group?.started ?? 0)

    const before = grantsOf(stage)
    stage.control.deleteResource(stage.groupId())
    const again = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect(writesOf(again)).toEqual(['PUT apono-connector'])
    expect(grantsOf(stage)).toEqual(before)
    expect(directoryReadersIn(stage)).toEqual([principal])
  }))

test('the ids of everything may come in any casing', () =>
  onStage(async (stage) => {
    const { id, principal } = identityOf(stage)
    const shouted = id.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')
    const inputs = { ...EVERYTHING, 'identity-type': 'UserAssigned', 'identity-ids': shouted }
    const scope = subscriptionOf(stage).toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')
    const extra = { 'extra-role-assignments': `- role: READER\n  scope: ${scope}` }
    const applied = await stage.runInProcess({ ...inputs, ...extra, operation: 'apply' })
    expect([applied.exitCode, grantsOf(stage, principal).length]).toEqual([0, 3])
    const planned = await stage.runInProcess({ ...EVERYTHING, ...throughIdentity(stage), ...extra })
    expect([planned.outputs['has-changes'], planLines(planned)]).toEqual(['false', []])
  }))

test.each([
  ['in another casing', (first: string, second: string) => `${first.toUpperCase().replace('/S', '/s')}\n${second}`],
  ['in another order', (first: string, second: string) => `${second}\n${first}`],
])('the same further grants %s are no change', (_how, rewritten) =>
  onStage(async (stage) => {
    const entry = (scope: string) => `- { role: reader, scope: ${scope} }`
    const scopes = [subscriptionOf(stage), `${subscriptionOf(stage)}/resourceGroups/rg-other`] as const
    const before = scopes.map(entry).join('\n')
    const after = rewritten(...scopes)
      .split('\n')
      .map(entry)
      .join('\n')
    const inputs = { permissions: 'none', ...throughIdentity(stage) }
    await stage.runInProcess({ ...inputs, 'extra-role-assignments': before, operation: 'apply' })
    const planned = await stage.runInProcess({ ...inputs, 'extra-role-assignments': after })
    expect([planned.outputs['failure-reason'], planLines(planned)]).toEqual(['', []])
  }),
)

test('one identity named twice is one', () =>
  onStage(async (stage) => {
    const { id, principal } = identityOf(stage)
    const shouted = id.toUpperCase().replace('/SUBSCRIPTIONS/', '/subscriptions/')
    const inputs = { ...EVERYTHING, 'identity-type': 'UserAssigned', 'identity-ids': `${id}\n${shouted}\n${id}` }
    const applied = await stage.runInProcess({ ...inputs, operation: 'apply' })
    expect([applied.exitCode, applied.outputs['principal-id']]).toEqual([0, principal])
    expect([grantsOf(stage, principal).length, directoryReadersIn(stage)]).toEqual([2, [principal]])
    for (const same of [inputs, { ...EVERYTHING, ...throughIdentity(stage) }])
      expect((await stage.runInProcess(same)).outputs['has-changes']).toBe('false')
  }))
