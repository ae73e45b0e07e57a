import { createHttpHeaders, createPipelineRequest, type RestError } from '@azure/core-rest-pipeline'
import { describe, expect, test } from '@jest/globals'
import { azureError, restErrorOf, type Subject } from '../../src/azure/errors.ts'
import { CLIENT_ID, SUBJECT, SUBSCRIPTION_ID } from '../builders.ts'
import { IDENTITY } from '../spec/grant-builders.ts'

function refusal(status: number, code: string, message: string): RestError {
  const request = createPipelineRequest({ url: 'https://management.azure.com/subscriptions', method: 'PUT' })
  const bodyAsText = JSON.stringify({ error: { code, message } })
  return restErrorOf({ status, request, headers: createHttpHeaders(), bodyAsText })
}

const told = (error: unknown, changes: Partial<Subject> = {}) => azureError(error, 'do it', { ...SUBJECT, ...changes })

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono`
const RUNNING = '/providers/Microsoft.ContainerInstance/containerGroups/apono-connector'
const EFFECT = '(a new grant takes up to ten minutes to work)'

/** Azure's own words: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting */
function words(action: string, scope: string, but = 'does not have authorization'): string {
  return `The client '${CLIENT_ID}' with object id 'x' ${but} to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`
}

describe('a missing permission', () => {
  test.each([
    ['plan', 'Reader', 'Microsoft.ContainerInstance/containerGroups/read'],
    ['apply', 'Azure Container Instances Contributor Role', 'Microsoft.ContainerInstance/containerGroups/write'],
  ] as const)('for %s is told with the smallest role, and the command that grants it', (operation, role, action) => {
    const error = told(refusal(403, 'AuthorizationFailed', words(action, GROUP + RUNNING)), { operation })
    expect(error.code).toBe('permission-denied')
    expect(error.message).toBe(`The workflow's identity may not perform ${action} at ${GROUP}.`)
    expect(error.hint).toBe(
      [
        `"${role}" there is enough for this ${EFFECT}:`,
        `  az role assignment create --assignee ${CLIENT_ID} --role "${role}" --scope '${GROUP}'`,
      ].join('\n'),
    )
  })

  test.each([
    ['plan', 'read'],
    ['apply', 'write'],
  ] as const)('of which Azure says nothing is told as what %s needs first', (operation, verb) => {
    expect(told(refusal(403, 'LinkedAuthorizationFailed', 'No.'), { operation }).message).toBe(
      `The workflow's identity may not perform Microsoft.ContainerInstance/containerGroups/${verb} at ${GROUP}.`,
    )
  })

  // The identity that is to be given to the group is where the right is missing, not the group.
  test('on an identity is told of that identity, with the role for it', () => {
    const [action, linked] = ['Microsoft.ManagedIdentity/userAssignedIdentities/assign/action', IDENTITY]
    const message = `The client '${CLIENT_ID}' with object id 'x' has permission to perform action 'Microsoft.ContainerInstance/containerGroups/write' on scope '${GROUP}'; however, it does not have permission to perform action '${action}' on the linked scope(s) '${linked}' or the linked scope(s) are invalid.`
    const error = told(refusal(403, 'LinkedAuthorizationFailed', message))
    expect(error.message).toBe(`The workflow's identity may not perform ${action} at ${linked}.`)
    expect(error.hint).toContain(`--role "Managed Identity Operator" --scope '${linked}'`)
  })
})

describe('a refused grant', () => {
  const ADMINISTRATOR = 'Role Based Access Control Administrator'
  const NAME = '/providers/Microsoft.Authorization/roleAssignments/a98fa280-e03f-5afa-8d8e-92d0a9c201e8'

  test.each([
    ['a subscription', `/subscriptions/${SUBSCRIPTION_ID}`],
    ['a management group', '/providers/Microsoft.Management/managementGroups/mg-platform'],
    ['a resource', `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-apono`],
  ])('on %s is told of that scope, with the smallest role for grants there', (_title, scope) => {
    const roles = { write: ADMINISTRATOR, delete: ADMINISTRATOR, read: 'Reader' }
    for (const [verb, role] of Object.entries(roles)) {
      const action = `Microsoft.Authorization/roleAssignments/${verb}`
      const error = told(refusal(403, 'AuthorizationFailed', words(action, scope + NAME)))
      expect(error.code).toBe('permission-denied')
      expect(error.message).toBe(`The workflow's identity may not perform ${action} at ${scope}.`)
      expect(error.hint.split('\n')).toEqual([
        `"${role}" there is enough for this ${EFFECT}:`,
        `  az role assignment create --assignee ${CLIENT_ID} --role "${role}" --scope '${scope}'`,
      ])
    }
  })

  test('on everything, or on the bare scope, is told of that', () => {
    const action = 'Microsoft.Authorization/roleAssignments/write'
    expect(told(refusal(403, 'AuthorizationFailed', words(action, NAME))).message).toMatch(/ at \/\.$/)
    expect(told(refusal(403, 'AuthorizationFailed', words(action, GROUP))).message).toContain(` at ${GROUP}.`)
  })

  test('by a condition says so, since another grant of the same kind would not help', () => {
    const but = 'does not have authorization or an ABAC condition not fulfilled'
    const scope = `/subscriptions/${SUBSCRIPTION_ID}`
    const message = words('Microsoft.Authorization/roleAssignments/write', scope + NAME, but)
    const error = told(refusal(403, 'AuthorizationFailed', message))
    expect(error.message).toBe(
      `The workflow's identity may not perform Microsoft.Authorization/roleAssignments/write at ${scope}.`,
    )
    expect(error.hint.split('\n')[0]).toBe(
      'It may hold a role for this whose condition forbids it here: look at the conditions on its own roles, or ask who set them.',
    )
  })
})

// Parentheses are legal in names of resource groups, and end a command in every shell.
test.each(['ResourceGroupNotFound', 'AuthorizationFailed'])(
  'the command for %s stays one command, whatever the resource group is called',
  (code) => {
    const { hint } = told(refusal(400, code, 'No.'), { resourceGroup: 'rg-(prod)' })
    expect(hint.split('\n').find((line) => line.startsWith('  az '))).toMatch(/'[^' ]*rg-\(prod\)'/)
  },
)
