import { describe, expect, test } from '@jest/globals'
import { grantAddress, grantsDirectoryReaders, markOf, scopeOf, unknownRoles } from '../../src/spec/desired-grants.ts'
import { desiredGroup, PRINCIPAL_ID, SUBSCRIPTION_ID, someInputs } from '../builders.ts'
import {
  CUSTOM,
  DIRECTORY_READERS,
  desiredOf,
  grantsOf,
  IDENTITY,
  MANAGEMENT_GROUP,
  MARK,
  OWNER,
  onManagementGroup,
  onSubscription,
  READER,
  SECRETS_USER,
  SUBSCRIPTION,
  TAG_CONTRIBUTOR,
  USER_ACCESS_ADMINISTRATOR,
  VAULT,
} from './grant-builders.ts'

const LATER = { knownAfterApply: true, reference: 'container-group[0]', attribute: 'principal-id' }

describe('the grants of a connector', () => {
  test('are none without permissions and extras', () => {
    expect(grantsOf({})).toEqual([])
  })

  test('on a subscription are User Access Administrator there, marked as ours, for an identity to come', () => {
    expect(grantsOf({ permissions: onSubscription() })).toEqual([
      {
        kind: 'role-assignment',
        address: `role-assignment[${USER_ACCESS_ADMINISTRATOR}@${SUBSCRIPTION}]`,
        name: `User Access Administrator on ${SUBSCRIPTION}`,
        properties: {
          scope: SUBSCRIPTION,
          role: USER_ACCESS_ADMINISTRATOR,
          principal: LATER,
          condition: null,
          description: MARK,
        },
      },
    ])
  })

  test('on a management group stand there and not on the subscription', () => {
    expect(grantsOf({ permissions: onManagementGroup() })).toMatchObject([{ properties: { scope: MANAGEMENT_GROUP } }])
    expect(scopeOf(someInputs({ permissions: onManagementGroup() }))).toBe(MANAGEMENT_GROUP)
    expect(scopeOf(someInputs())).toBe(SUBSCRIPTION)
  })

  test('with Directory Readers hold that role in Entra, which carries no mark', () => {
    const permissions = onSubscription({ directoryReaders: true })
    expect(grantsOf({ permissions })[1]).toEqual({
      kind: 'directory-role-assignment',
      address: `directory-role-assignment[${DIRECTORY_READERS}]`,
      name: 'Directory Readers',
      properties: { role: DIRECTORY_READERS, principal: LATER },
    })
    expect(grantsDirectoryReaders({ permissions })).toBe(true)
    expect(grantsDirectoryReaders({ permissions: onSubscription() })).toBe(false)
    expect(grantsDirectoryReaders({ permissions: { scope: 'none' } })).toBe(false)
  })

  test('that may work around locks are Tag Contributor besides, without a condition', () => {
    const grants = grantsOf({ permissions: onSubscription({ disableLocks: true, constrainRoles: 'privileged' }) })
    expect(grants).toMatchObject([
      { properties: { role: USER_ACCESS_ADMINISTRATOR, condition: expect.stringContaining('GuidNotEquals') } },
      { name: `Tag Contributor on ${SUBSCRIPTION}`, properties: { role: TAG_CONTRIBUTOR, condition: null } },
    ])
  })

  test('that may hand out some roles only name them by id, whatever they were called', () => {
    const permissions = onSubscription({ constrainRoles: ['reader', 'My Role', OWNER.toUpperCase()] })
    const [access] = grantsOf({ permissions }, { roles: new Map([['My Role', CUSTOM]]) })
    expect(access?.properties).toMatchObject({ condition: expect.stringContaining(`{${CUSTOM}, ${OWNER}, ${READER}}`) })
  })

  test('are for the user-assigned identity, where the connector acts through one', () => {
    const identity = { type: 'UserAssigned', ids: [IDENTITY] } as const
    const grants = grantsOf(
      { identity, permissions: onSubscription({ directoryReaders: true }) },
      { principal: PRINCIPAL_ID },
    )
    expect(grants.map(({ properties }) => 'principal' in properties && properties.principal)).toEqual([
      PRINCIPAL_ID,
      PRINCIPAL_ID,
    ])
  })

  test('come behind the group that they are for', () => {
    expect(desiredOf({ permissions: onSubscription() }).map(({ kind }) => kind)).toEqual([
      'container-group',
      'role-assignment',
    ])
  })
})

describe('extra grants', () => {
  const extra = (role: string, scope = VAULT) => grantsOf({ extraRoleAssignments: [{ role, scope }] }, AROUND)
  const AROUND = { roles: new Map([['My Role', CUSTOM]]) }

  test.each([
    ['Key Vault Secrets User', SECRETS_USER],
    ['key vault secrets user', SECRETS_USER],
    [OWNER, OWNER],
    ['My Role', CUSTOM],
  ])('of the role %s have its id, no condition, and the name that was given', (role, id) => {
    expect(extra(role)).toMatchObject([
      { name: `${role} on ${VAULT}`, properties: { role: id, scope: VAULT, condition: null, description: MARK } },
    ])
  })

  test('that say the same twice, in whatever casing, are one', () => {
    const extraRoleAssignments = [
      { role: 'Reader', scope: SUBSCRIPTION },
      { role: READER, scope: SUBSCRIPTION.toUpperCase() },
    ]
    expect(grantsOf({ extraRoleAssignments })).toHaveLength(1)
  })

  test('have the address of their role and scope', () => {
    expect(extra('Reader')[0]?.address).toBe(grantAddress(READER.toUpperCase(), VAULT.toUpperCase(), 0))
  })
})

describe('the roles that Azure is asked about', () => {
  test('are those that are not built in, each once', () => {
    const inputs = someInputs({
      permissions: onSubscription({ constrainRoles: ['Reader', 'My Role', OWNER] }),
      extraRoleAssignments: ['My Role', 'Other', 'OWNER', CUSTOM].map((role) => ({ role, scope: VAULT })),
    })
    // A GUID may be mistyped, so it is looked up as well.
    expect(unknownRoles(inputs)).toEqual(['My Role', 'Other', CUSTOM])
    expect(unknownRoles(someInputs({ permissions: onSubscription({ constrainRoles: 'privileged' }) }))).toEqual([])
    expect(unknownRoles(someInputs())).toEqual([])
  })
})

describe('the mark', () => {
  test('tells two connectors that share a scope apart, by where they run', () => {
    expect(markOf(someInputs())).toBe(MARK)
    expect(markOf(someInputs({ resourceGroup: 'rg-other' }))).not.toBe(MARK)
    expect(markOf(someInputs({ connectorId: 'other' }))).not.toBe(MARK)
    // Another name is the same connector.
    expect(markOf(someInputs({ name: 'other' }))).toBe(MARK)
  })

  test('is the same in whatever casing the group is written', () => {
    expect(markOf(someInputs({ resourceGroup: 'RG-Apono' }))).toBe(MARK)
  })

  test('fits into a description, which takes 2 KB', () => {
    const longest = someInputs({ connectorId: 'a'.repeat(128), resourceGroup: 'g'.repeat(90) })
    expect(markOf(longest).length).toBeLessThan(2048)
  })
})

describe('the group', () => {
  const metadata = (changes: Parameters<typeof desiredGroup>[0]) =>
    desiredGroup(changes).properties.environment.CONNECTOR_METADATA

  test('tells Apono the truth about the rights of its connector', () => {
    expect(metadata({})).toMatchObject({ is_azure_admin: false })
    expect(metadata({ extraRoleAssignments: [{ role: 'Reader', scope: VAULT }] })).toMatchObject({
      is_azure_admin: false,
    })
    expect(metadata({ permissions: onSubscription() })).toMatchObject({ is_azure_admin: true })
    expect(metadata({ permissions: onManagementGroup() })).toMatchObject({
      is_azure_admin: true,
      subscription_id: SUBSCRIPTION_ID,
    })
  })

  test('remembers by a tag that its directory role is ours', () => {
    const tags = (directoryReaders: boolean) =>
      desiredGroup({ permissions: onSubscription({ directoryReaders }) }).properties.tags
    expect(tags(true)).toMatchObject({ 'apono-directory-readers': 'granted' })
    expect(tags(false)).not.toHaveProperty('apono-directory-readers')
  })

  test('has its identities in lower case and in order, as Azure may give them back in any', () => {
    const ids = [`${IDENTITY}-B`, `${IDENTITY}-a`] as const
    expect(desiredGroup({ identity: { type: 'UserAssigned', ids } }).properties.identity).toEqual({
      type: 'UserAssigned',
      ids: [`${IDENTITY}-a`.toLowerCase(), `${IDENTITY}-b`.toLowerCase()],
    })
  })
})
