import { describe, expect, test } from '@jest/globals'
import { deniedByPolicy, denyingPolicies } from '../../src/azure/policies.ts'
import { SUBJECT, SUBSCRIPTION_ID } from '../builders.ts'

const ID =
  '/providers/Microsoft.Management/managementGroups/mg/providers/Microsoft.Authorization/policyAssignments/tags'
const IDENTIFIERS = JSON.stringify([
  { policyAssignment: { name: 'Require tags', id: ID }, policyDefinition: { name: "It's a rule", id: '/x' } },
  { policyAssignment: { name: 'Require tags', id: ID }, policyDefinition: { name: 'Another rule', id: '/y' } },
])
const message = `Resource 'x' was disallowed by policy. Policy identifiers: '${IDENTIFIERS}'.`

describe('the policies that a refusal names', () => {
  test('are read from its details', () => {
    const info = { policyAssignmentId: ID, policyAssignmentName: 'tags', policyAssignmentDisplayName: 'Require tags' }
    const additionalInfo = [{ type: 'PolicyViolation', info }]
    expect(denyingPolicies({ message, additionalInfo })).toEqual([{ id: ID, displayName: 'Require tags' }])
  })

  test('are read from its message where the details name no assignment', () => {
    expect(denyingPolicies({ message })).toEqual([{ id: ID, displayName: 'Require tags' }])
  })

  test('are none where it is worded otherwise', () => {
    expect(denyingPolicies({ message: "Policy identifiers: '[keep-groups]'." })).toEqual([])
    expect(denyingPolicies({ message: "Policy identifiers: '[{}]'.", additionalInfo: [{}, null, 'x'] })).toEqual([])
  })
})

test('a policy of a management group is shown at its scope, and exempted at the resource group', () => {
  const { hint } = deniedByPolicy(SUBJECT, 'No.', [{ id: ID, displayName: 'Require tags' }])
  expect(hint).toContain(
    "az policy assignment show --name 'tags' --scope '/providers/Microsoft.Management/managementGroups/mg'",
  )
  expect(hint).toContain(
    `az policy exemption create --name 'apono-connector' --policy-assignment '${ID}' --exemption-category Waiver --scope '/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono'`,
  )
})

test('a policy without a name is told without commands', () => {
  expect(deniedByPolicy(SUBJECT, 'No.', [])).toMatchObject({ message: 'An Azure Policy forbids this. No.' })
  expect(deniedByPolicy(SUBJECT, 'No.', []).hint).not.toContain('az policy')
})
