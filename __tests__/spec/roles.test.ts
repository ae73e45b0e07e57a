import { describe, expect, test } from '@jest/globals'
import { canonicalGuid } from '../../src/spec/guid.ts'
import { BUILT_IN_ROLES, knownRoleId, PRIVILEGED_ROLES, roleName } from '../../src/spec/roles.ts'
import { CUSTOM, OWNER, RBAC_ADMINISTRATOR, READER, USER_ACCESS_ADMINISTRATOR } from './grant-builders.ts'

describe('the id of a role', () => {
  test.each([
    ['Reader', READER],
    ['rEADER', READER],
    ['Role Based Access Control Administrator', RBAC_ADMINISTRATOR],
    [CUSTOM, CUSTOM],
    [CUSTOM.toUpperCase(), CUSTOM],
    ['My Role', undefined],
    ['', undefined],
  ])('%s is %s', (role, id) => {
    expect(knownRoleId(role)).toBe(id)
  })

  test.failing('is not what every object inherits', () => {
    expect(knownRoleId('constructor')).toBeUndefined()
  })

  test('is a GUID in lower case for every built-in role, and two roles have two', () => {
    const ids = Object.values(BUILT_IN_ROLES)
    expect(ids.map(canonicalGuid)).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
    for (const name of Object.keys(BUILT_IN_ROLES)) expect(name).toBe(name.toLowerCase())
  })
})

test('a role is called as Microsoft calls it, or by its id', () => {
  expect(PRIVILEGED_ROLES.map(roleName)).toEqual([
    'Owner',
    'Role Based Access Control Administrator',
    'User Access Administrator',
  ])
  expect(PRIVILEGED_ROLES).toEqual([OWNER, RBAC_ADMINISTRATOR, USER_ACCESS_ADMINISTRATOR])
  expect(roleName(CUSTOM)).toBe(`role ${CUSTOM}`)
})

test.each(['', 'x', `{${CUSTOM}}`, CUSTOM.replaceAll('-', ''), `${CUSTOM}0`, `${CUSTOM}\n`])(
  '%j is no GUID',
  (text) => {
    expect(canonicalGuid(text)).toBeUndefined()
  },
)
