import { describe, expect, test } from '@jest/globals'
import { canonicalGuid } from '../../src/spec/guid.ts'
import { isBuiltIn, knownRoleId, PRIVILEGED_ROLES, roleName } from '../../src/spec/roles.ts'
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

  test('is not what every object inherits', () => {
    expect(knownRoleId('constructor')).toBeUndefined()
  })

  test('is known beforehand for built-in roles only; another GUID may be mistyped', () => {
    expect(['Owner', 'tag contributor', READER, 'My Role', CUSTOM].map(isBuiltIn)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

test('a role is called as Microsoft calls it, or by its id', () => {
  expect(PRIVILEGED_ROLES.map((role) => roleName(role))).toEqual([
    'Owner',
    'Role Based Access Control Administrator',
    'User Access Administrator',
  ])
  expect(PRIVILEGED_ROLES).toEqual([OWNER, RBAC_ADMINISTRATOR, USER_ACCESS_ADMINISTRATOR])
  expect(roleName(CUSTOM)).toBe(`role ${CUSTOM}`)
  expect(roleName(CUSTOM, new Map([['My Role', CUSTOM]]))).toBe(`My Role (${CUSTOM})`)
  // Whoever wrote a GUID gave it no name.
  expect(roleName(CUSTOM, new Map([[CUSTOM.toUpperCase(), CUSTOM]]))).toBe(`role ${CUSTOM}`)
})

test.each(['', 'x', `{${CUSTOM}}`, CUSTOM.replaceAll('-', ''), `${CUSTOM}0`, `${CUSTOM}\n`])(
  '%j is no GUID',
  (text) => {
    expect(canonicalGuid(text)).toBeUndefined()
  },
)
