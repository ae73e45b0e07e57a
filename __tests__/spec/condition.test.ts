import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { conditionFor, type RoleLimit, settledCondition } from '../../src/spec/condition.ts'
import { OWNER, RBAC_ADMINISTRATOR, READER, SECRETS_USER, USER_ACCESS_ADMINISTRATOR } from './grant-builders.ts'

const ROLE = 'Microsoft.Authorization/roleAssignments:RoleDefinitionId'

describe('a condition', () => {
  test('is none where there is no limit', () => {
    expect(conditionFor({ to: 'all' })).toBeNull()
  })

  test('that leaves the privileged roles out judges writing by the request and deleting by what is there', () => {
    const privileged = `{${OWNER}, ${RBAC_ADMINISTRATOR}, ${USER_ACCESS_ADMINISTRATOR}}`
    expect(conditionFor({ to: 'unprivileged' })).toBe(
      [
        "(((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}))",
        `OR (@Request[${ROLE}] ForAnyOfAllValues:GuidNotEquals ${privileged}))`,
        "AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'}))",
        `OR (@Resource[${ROLE}] ForAnyOfAllValues:GuidNotEquals ${privileged})))`,
      ].join(' '),
    )
  })

  test('that names roles allows just these, in both blocks', () => {
    expect(conditionFor({ to: 'only', roles: [READER] })).toBe(
      [
        "(((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}))",
        `OR (@Request[${ROLE}] ForAnyOfAnyValues:GuidEquals {${READER}}))`,
        "AND ((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'}))",
        `OR (@Resource[${ROLE}] ForAnyOfAnyValues:GuidEquals {${READER}})))`,
      ].join(' '),
    )
  })

  test('does not depend on the order of its roles, and changes no list of others', () => {
    const roles: readonly string[] = Object.freeze([READER, SECRETS_USER, OWNER])
    expect(conditionFor({ to: 'only', roles })).toBe(conditionFor({ to: 'only', roles: roles.toReversed() }))
    expect(conditionFor({ to: 'only', roles })).toContain(`{${SECRETS_USER}, ${OWNER}, ${READER}}`)
  })

  const limits: fc.Arbitrary<RoleLimit> = fc.oneof(
    fc.constant<RoleLimit>({ to: 'unprivileged' }),
    fc.uniqueArray(fc.uuid(), { minLength: 1, maxLength: 100 }).map((roles): RoleLimit => ({ to: 'only', roles })),
  )

  test('has, for any limit, the same roles in both blocks, as GUIDs and nothing else, and closes what it opens', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const condition = conditionFor(limit) ?? ''
        const lists = [...condition.matchAll(/Guid(?:Not)?Equals \{([^}]*)\}/g)].map((match) => match[1])
        expect(lists).toHaveLength(2)
        expect(lists[0]).toBe(lists[1])
        for (const role of (lists[0] ?? '').split(', ')) expect(role).toMatch(/^[0-9a-f-]{36}$/)
        expect(condition.split('(').length).toBe(condition.split(')').length)
        const settled = settledCondition(condition) ?? ''
        expect(settledCondition(settled)).toBe(settled)
        expect(settled.replaceAll(' ', '')).toBe(condition.replaceAll(' ', ''))
      }),
    )
  })
})

describe('what Azure has', () => {
  const ours = conditionFor({ to: 'only', roles: [READER, OWNER] }) ?? ''

  test.each([
    ['broken into lines', ours.replaceAll(' ', '\n')],
    ['indented', ours.replaceAll(' ', '\r\n\t  ')],
    ['with blanks around it', `\n ${ours} \n`],
  ])('says the same when it is %s', (_title, condition) => {
    expect(settledCondition(condition)).toBe(settledCondition(ours))
  })

  test.each([null, undefined, ''])('says nothing when it is %j', (condition) => {
    expect(settledCondition(condition)).toBeNull()
  })

  test('says something else when it does', () => {
    expect(settledCondition(ours.replace(READER, SECRETS_USER))).not.toBe(settledCondition(ours))
    expect(settledCondition("@Request[x] StringEquals 'a b'")).not.toBe(
      settledCondition("@Request[x] StringEquals 'ab'"),
    )
    expect(settledCondition("StringEquals 'a ( b'")).toBe("StringEquals 'a ( b'")
  })

  // As the portal and Microsoft's examples write them.
  test.each([
    ['blanks between its roles', ours.replaceAll(',', ', ')],
    ['blanks inside its parentheses', ours.replaceAll('(!', '(\n !')],
  ])('says the same with %s', (_title, condition) => {
    expect(settledCondition(condition)).toBe(settledCondition(ours))
  })
})
