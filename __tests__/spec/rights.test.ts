import { describe, expect, test } from '@jest/globals'
import { rightsFor } from '../../src/spec/rights.ts'
import { SUBSCRIPTION_ID, someInputs } from '../builders.ts'
import {
  existingGrants,
  existingGroup,
  furtherGrant,
  IDENTITY,
  MANAGEMENT_GROUP,
  onManagementGroup,
  onSubscription,
  planFor,
  SUBSCRIPTION,
  VAULT,
} from './grant-builders.ts'

type Changes = Parameters<typeof planFor>[0]

const GROUP = {
  in: 'azure',
  action: 'Microsoft.ContainerInstance/containerGroups/write',
  scope: `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono`,
} as const

const grant = (scope: string, verb = 'write') => ({
  in: 'azure',
  action: `Microsoft.Authorization/roleAssignments/${verb}`,
  scope,
})

function rights(changes: Changes, existing: Parameters<typeof planFor>[1] = []) {
  return rightsFor(planFor(changes, existing), someInputs(changes))
}

describe('the rights that a plan takes', () => {
  test('are none when there is nothing to do', () => {
    const changes = { permissions: onSubscription({ directoryReaders: true }) }
    expect(rights(changes, [existingGroup(changes), ...existingGrants(changes)])).toEqual([])
  })

  test('for a connector without permissions are those on its group', () => {
    expect(rights({})).toEqual([GROUP])
  })

  test('for grants are asked once for each scope', () => {
    const changes = {
      permissions: onManagementGroup({ disableLocks: true }),
      extraRoleAssignments: [
        { role: 'Reader', scope: VAULT },
        { role: 'Key Vault Secrets User', scope: VAULT },
      ],
    }
    expect(rights(changes)).toEqual([GROUP, grant(MANAGEMENT_GROUP), grant(VAULT)])
  })

  test('for Directory Readers are of Entra', () => {
    const changes = { permissions: onSubscription({ directoryReaders: true }) }
    expect(rights(changes, [existingGroup(changes), ...existingGrants(changes).slice(0, 1)])).toEqual([
      { in: 'entra', permission: 'RoleManagement.ReadWrite.Directory' },
    ])
  })

  test('to take a grant back are those to delete it, where it is', () => {
    const rest = furtherGrant(1, { by: 'us' }, { scope: VAULT })
    expect(rights({}, [existingGroup(), rest])).toEqual([grant(VAULT, 'delete')])
  })

  test('to give one grant and take another at the same scope are both', () => {
    const changes = { permissions: onSubscription() }
    expect(rights(changes, [existingGroup(changes), furtherGrant(1, { by: 'us' })])).toEqual([
      grant(SUBSCRIPTION),
      grant(SUBSCRIPTION, 'delete'),
    ])
  })

  test('to adopt a grant are those to write it', () => {
    const changes = { permissions: onSubscription() }
    const byHand = existingGrants(changes, { by: 'nobody' }).map((one) =>
      one.resource.kind === 'role-assignment'
        ? { ...one, resource: { ...one.resource, properties: { ...one.resource.properties, description: null } } }
        : one,
    )
    expect(rights(changes, [existingGroup(changes), ...byHand])).toEqual([grant(SUBSCRIPTION)])
  })

  test('for user-assigned identities are one on each of them', () => {
    const ids = [IDENTITY, `${IDENTITY}-2`] as const
    expect(rights({ identity: { type: 'SystemAssigned, UserAssigned', ids } })).toEqual([
      GROUP,
      ...ids.map((scope) => ({
        in: 'azure',
        action: 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action',
        scope,
      })),
    ])
  })
})

test('to delete the group is asked as that, and takes no right on its identities', () => {
  const group = existingGroup()
  const { address, kind, name } = group.resource
  const plan = { changes: [{ action: 'delete' as const, address, kind, name, before: group }] }
  const inputs = someInputs({ identity: { type: 'UserAssigned', ids: [IDENTITY] } })
  expect(rightsFor(plan, inputs)).toEqual([{ ...GROUP, action: 'Microsoft.ContainerInstance/containerGroups/delete' }])
})
