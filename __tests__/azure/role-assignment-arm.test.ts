import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { v5 as uuid } from 'uuid'
import { assignmentName, fromArm, toArm } from '../../src/azure/role-assignment-arm.ts'
import type { RoleAssignmentProperties } from '../../src/spec/resources.ts'
import { PRINCIPAL_ID } from '../builders.ts'
import {
  MANAGEMENT_GROUP,
  MARK,
  READER,
  SUBSCRIPTION,
  USER_ACCESS_ADMINISTRATOR,
  VAULT,
} from '../spec/grant-builders.ts'

const grant: RoleAssignmentProperties = {
  scope: SUBSCRIPTION,
  role: USER_ACCESS_ADMINISTRATOR,
  principal: PRINCIPAL_ID,
  condition: null,
  description: MARK,
}

describe('the name of an assignment', () => {
  // Computed with Python's uuid module: uuid5(ns, 'a-b-c').
  test('is the one that guid() of ARM templates gives', () => {
    expect(assignmentName('a', 'b', 'c')).toBe('a98fa280-e03f-5afa-8d8e-92d0a9c201e8')
    expect(uuid('a-b-c', '11fb06fb-712d-4ddd-98c7-e71bbd588830')).toBe('a98fa280-e03f-5afa-8d8e-92d0a9c201e8')
  })

  test('is the same in any casing of the ids', () => {
    expect(assignmentName(VAULT.toUpperCase(), PRINCIPAL_ID.toUpperCase(), READER.toUpperCase())).toBe(
      assignmentName(VAULT, PRINCIPAL_ID, READER),
    )
  })

  test('is another for another scope, principal or role', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.uuid(), fc.uuid(), (scope, principal, role, other) => {
        fc.pre(![scope, principal, role].includes(other))
        const names = [
          assignmentName(scope, principal, role),
          assignmentName(other, principal, role),
          assignmentName(scope, other, role),
          assignmentName(scope, principal, other),
        ]
        expect(new Set(names).size).toBe(4)
      }),
    )
  })
})

describe('what is sent', () => {
  test('says what kind of principal it is, since ARM does not find a fresh one', () => {
    expect(toArm(grant, PRINCIPAL_ID)).toEqual({
      roleDefinitionId: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${USER_ACCESS_ADMINISTRATOR}`,
      principalId: PRINCIPAL_ID,
      principalType: 'ServicePrincipal',
      description: MARK,
    })
  })

  test('has a condition with its version, or neither', () => {
    expect(toArm({ ...grant, condition: '(x)' }, PRINCIPAL_ID)).toMatchObject({
      condition: '(x)',
      conditionVersion: '2.0',
    })
    expect(toArm({ ...grant, description: null }, PRINCIPAL_ID)).not.toHaveProperty('description')
  })

  test.each([
    [SUBSCRIPTION, `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${READER}`],
    [VAULT, `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${READER}`],
    [MANAGEMENT_GROUP, `/providers/Microsoft.Authorization/roleDefinitions/${READER}`],
  ])('at %s names the role by %s', (scope, id) => {
    expect(toArm({ ...grant, scope, role: READER }, PRINCIPAL_ID).roleDefinitionId).toBe(id)
  })
})

describe('what comes back', () => {
  const returned = {
    id: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/x`,
    scope: SUBSCRIPTION,
    principalId: PRINCIPAL_ID,
    // Lists put the subscription that was asked before the id, also for roles at a management group.
    roleDefinitionId: `/subscriptions/other/providers/Microsoft.Authorization/roleDefinitions/${USER_ACCESS_ADMINISTRATOR.toUpperCase()}`,
    description: MARK,
  }

  test('is what was sent, whatever subscription its role is listed under', () => {
    expect(fromArm(returned)).toEqual(grant)
  })

  test('has its condition with blanks settled, so that a plan after an apply is empty', () => {
    expect(fromArm({ ...returned, condition: ' (a\r\n  OR b)\n' }).condition).toBe('(a OR b)')
  })

  test('with nothing in it reads as empty, not as an error', () => {
    expect(fromArm({})).toEqual({ scope: '', role: '', principal: '', condition: null, description: null })
  })
})
