import { createHttpHeaders, createPipelineRequest, type RestError } from '@azure/core-rest-pipeline'
import { describe, expect, test } from '@jest/globals'
import { azureError, restErrorOf, type Subject } from '../../src/azure/errors.ts'
import { CLIENT_ID, SUBSCRIPTION_ID, TENANT_ID } from '../builders.ts'

const subject: Subject = {
  clientId: CLIENT_ID,
  tenantId: TENANT_ID,
  subscriptionId: SUBSCRIPTION_ID,
  resourceGroup: 'rg-apono',
  name: 'apono-connector',
  operation: 'apply',
}

function refusal(status: number, code: string, message: string): RestError {
  const request = createPipelineRequest({ url: 'https://management.azure.com/subscriptions', method: 'PUT' })
  const bodyAsText = JSON.stringify({ error: { code, message } })
  return restErrorOf({ status, request, headers: createHttpHeaders(), bodyAsText })
}

const told = (error: unknown, changes: Partial<Subject> = {}) => azureError(error, 'do it', { ...subject, ...changes })

describe('a missing permission', () => {
  const words = (action: string) =>
    `The client '${CLIENT_ID}' with object id 'x' does not have authorization to perform action '${action}' over scope '/subscriptions/x' or the scope is invalid.`

  test.each([
    ['plan', 'Reader', 'Microsoft.ContainerInstance/containerGroups/read'],
    ['apply', 'Azure Container Instances Contributor Role', 'Microsoft.ContainerInstance/containerGroups/write'],
  ] as const)('for %s is told with the smallest role, and the command that grants it', (operation, role, action) => {
    const error = told(refusal(403, 'AuthorizationFailed', words(action)), { operation })
    expect(error.code).toBe('permission-denied')
    expect(error.message).toBe(`The workflow's identity may not perform ${action} in "rg-apono".`)
    expect(error.hint).toBe(
      [
        `"${role}" on the resource group is enough for \`operation: ${operation}\` (a new grant takes up to ten minutes to work):`,
        `  az role assignment create --assignee ${CLIENT_ID} --role "${role}" --scope '/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-apono'`,
      ].join('\n'),
    )
  })

  test('is told without the action when Azure names none', () => {
    expect(told(refusal(403, 'LinkedAuthorizationFailed', 'No.')).message).toBe(
      'The workflow\'s identity may not do this in "rg-apono".',
    )
  })
})

// Parentheses are legal in names of resource groups, and end a command in every shell.
test.each(['ResourceGroupNotFound', 'InvalidContainerGroupUpdate', 'AuthorizationFailed'])(
  'the command for %s stays one command, whatever the resource group is called',
  (code) => {
    const { hint } = told(refusal(400, code, 'No.'), { resourceGroup: 'rg-(prod)' })
    expect(hint.split('\n').find((line) => line.startsWith('  az '))).toMatch(/'[^' ]*rg-\(prod\)'/)
  },
)
