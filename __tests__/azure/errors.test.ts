import {
  createHttpHeaders,
  createPipelineRequest,
  isRestError,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline'
import { describe, expect, test } from '@jest/globals'
import { azureError, isNotFound, restErrorOf, type Subject } from '../../src/azure/errors.ts'
import { DeployError, type ErrorCode, explain, REACHABILITY_HINT } from '../../src/errors.ts'
import { CLIENT_ID, SUBJECT, SUBSCRIPTION_ID, TENANT_ID } from '../builders.ts'

const DOING = 'set up the container group "apono-connector"'
const CORRELATION = '6f0e1d2c-3b4a-4958-8776-655443322110'

const GROUP =
  'https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerInstance/containerGroups/c'

function replyOf(status: number, body: unknown, url = GROUP): PipelineResponse {
  const request = createPipelineRequest({ url, method: 'PUT' })
  return {
    status,
    request,
    headers: createHttpHeaders({ 'x-ms-correlation-request-id': CORRELATION }),
    bodyAsText: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** What the SDKs throw when ARM answers with this error. */
function refusal(status: number, code: string, message: string, more: object = {}): RestError {
  return restErrorOf(replyOf(status, { error: { code, message, ...more } }))
}

const told = (error: unknown, changes: Partial<Subject> = {}) => azureError(error, DOING, { ...SUBJECT, ...changes })

/** One row for every code: what Azure says, what we make of it, and a part of the hint that mends it. */
const CODES: readonly (readonly [status: number, code: string, ours: ErrorCode, message: string, hint: string])[] = [
  [
    404,
    'ResourceGroupNotFound',
    'resource-group-not-found',
    `There is no resource group "rg-apono" in the subscription ${SUBSCRIPTION_ID}.`,
    `  az group create --subscription ${SUBSCRIPTION_ID} --name 'rg-apono' --location <region>`,
  ],
  ...['SubscriptionNotFound', 'InvalidSubscriptionId'].map(
    (code) =>
      [
        404,
        code,
        'subscription-not-found',
        `The workflow's identity sees no subscription ${SUBSCRIPTION_ID} in the tenant ${TENANT_ID}.`,
        `  az role assignment list --all --assignee ${CLIENT_ID} --subscription ${SUBSCRIPTION_ID} --output table`,
      ] as const,
  ),
  [
    409,
    'MissingSubscriptionRegistration',
    'provider-not-registered',
    `The subscription ${SUBSCRIPTION_ID} is not registered for Azure Container Instances.`,
    `  az provider register --subscription ${SUBSCRIPTION_ID} --namespace Microsoft.ContainerInstance --wait`,
  ],
  [
    400,
    'InaccessibleImage',
    'image-not-accessible',
    "Azure cannot pull the connector's image. Azure's words.",
    'a wrong or revoked `apono-token` shows up here first',
  ],
  [
    409,
    'RegistryErrorResponse',
    'image-not-accessible',
    "The image registry did not answer as it should. Azure's words.",
    'Run again in some minutes.',
  ],
  [
    400,
    'ContainerGroupQuotaReached',
    'quota-exceeded',
    "The quota for container instances is used up. Azure's words.",
    'Quotas > Azure Container Instances',
  ],
  [
    409,
    'ServiceUnavailable',
    'no-capacity',
    "The region has no capacity for this container group now. Azure's words.",
    'may go to another `location`',
  ],
  [
    400,
    'SubnetMissingRequiredDelegation',
    'subnet-not-usable',
    "The subnet cannot hold container groups. Azure's words.",
    '--delegations Microsoft.ContainerInstance/containerGroups',
  ],
  [
    400,
    'LocationNotAvailableForResourceType',
    'location-not-available',
    "Azure's words.",
    'Choose one of the listed regions as `location`.',
  ],
  [
    403,
    'RequestDisallowedByPolicy',
    'policy-denied',
    "An Azure Policy forbids this. Azure's words.",
    'ask its owner for an exemption',
  ],
  [409, 'ScopeLocked', 'scope-locked', "A lock forbids this. Azure's words.", '  az lock '],
  [
    409,
    'ContainerGroupTransitioning',
    'group-busy',
    'Azure is still busy with an earlier change of "apono-connector".',
    'A `concurrency` group in the workflow keeps two runs from meeting.',
  ],
  [
    400,
    'InvalidContainerGroupUpdate',
    'replace-refused',
    'Azure does not change "apono-connector" in place. Azure\'s words.',
    '  allow-replace: true',
  ],
  [
    429,
    'TooManyRequests',
    'throttled',
    "Azure takes no more requests from this identity for now: Azure's words.",
    'keep workflows that use the same identity from running all at once',
  ],
  [
    500,
    'InternalServerError',
    'unreachable',
    'Azure, or a proxy before it, answered 500 (InternalServerError) again and again when this run wanted to set up the container group "apono-connector": Azure\'s words.',
    'https://azure.status.microsoft',
  ],
  [
    503,
    'ServiceUnavailable',
    'unreachable',
    'Azure, or a proxy before it, answered 503 (ServiceUnavailable) again and again when this run wanted to set up the container group "apono-connector": Azure\'s words.',
    'Run again in some minutes.',
  ],
  [
    501,
    'NotImplemented',
    'azure-refused',
    'Azure refused to set up the container group "apono-connector", with a code that this action does not know (NotImplemented): Azure\'s words.',
    'give the correlation id to Azure support',
  ],
]

describe('a refusal of Azure', () => {
  test.each(CODES)('%i %s is %s', (status, code, ours, message, hint) => {
    const cause = refusal(status, code, "Azure's words.")
    const error = told(cause)
    expect(error.code).toBe(ours)
    expect(error.message).toBe(message)
    expect(error.hint).toContain(hint)
    expect(error.facts).toMatchObject({ 'Azure error': `${status} ${code}`, 'correlation id': CORRELATION })
    // In our message or beside it, but never lost and never twice.
    expect(explain(error).split("Azure's words.")).toHaveLength(2)
    expect(error.cause).toBe(cause)
  })

  test('is a lack of capacity only for a container group', () => {
    const url = 'https://management.azure.com/subscriptions/s/providers/Microsoft.Authorization/roleAssignments/r'
    const body = { error: { code: 'ServiceUnavailable', message: "Azure's words." } }
    expect(told(restErrorOf(replyOf(409, body, url))).code).toBe('azure-refused')
    expect(told(restErrorOf(replyOf(503, body, url))).code).toBe('unreachable')
    expect(told(restErrorOf(replyOf(409, body))).code).toBe('no-capacity')
  })

  test('without a body is told by what the SDK knows of it', () => {
    const bare = new RestError('the SDK says so', { statusCode: 502, code: 'BadGateway' })
    expect(told(bare)).toMatchObject({
      code: 'unreachable',
      message: `Azure, or a proxy before it, answered 502 (BadGateway) again and again when this run wanted to ${DOING}: the SDK says so`,
      facts: { 'Azure error': '502 BadGateway' },
    })
    expect(told(restErrorOf(replyOf(502, '<html>Bad Gateway</html>')))).toMatchObject({
      code: 'unreachable',
      message: `Azure, or a proxy before it, answered 502 (no code) again and again when this run wanted to ${DOING}: PUT answered 502`,
    })
  })

  test('that names policies is told with their readable names', () => {
    const info = (policyAssignmentDisplayName?: string) => ({
      type: 'PolicyViolation',
      info: { policyAssignmentDisplayName },
    })
    const denied = refusal(403, 'RequestDisallowedByPolicy', 'Disallowed.', {
      additionalInfo: [info('Require a cost-center tag'), { type: 'Other' }, info(), info('Allowed locations')],
    })
    expect(told(denied).message).toBe(
      'An Azure Policy forbids this. Disallowed. Policies: Require a cost-center tag, Allowed locations.',
    )
  })
})

test.each(['constructor', '__proto__', 'toString'])(
  'the code %s is not known, though every object inherits it',
  (code) => {
    expect(told(refusal(400, code, 'No.')).code).toBe('azure-refused')
  },
)

test('what is understood already stays as it is', () => {
  const known = new DeployError('timed-out', 'Too late.', { hint: 'Run again.' })
  expect(told(known)).toBe(known)
})

describe('no answer at all', () => {
  test.each(['ENOTFOUND', 'ECONNREFUSED'])('(%s) is told as unreachable', (code) => {
    const cause = new RestError(`connect ${code} management.azure.com`, { code })
    expect(told(cause)).toMatchObject({
      code: 'unreachable',
      message: `Azure could not be reached: connect ${code} management.azure.com`,
      hint: REACHABILITY_HINT,
      cause,
    })
  })

  test.each(['AbortError', 'TimeoutError'])('before the end of the run (%s) is told as that', (name) => {
    const cause = Object.assign(new Error('The operation was aborted'), { name })
    expect(told(cause)).toMatchObject({
      code: 'timed-out',
      message: `The time of this run was used up while it tried to ${DOING}.`,
      hint: 'Azure goes on by itself with what it has accepted. Run again: the action continues from what is there. A longer `timeout` may help.',
      cause,
    })
  })

  test.each([new TypeError("Cannot read properties of undefined (reading 'id')"), 'a text', undefined])(
    'because of a defect of ours (%p) is not blamed on the network',
    (cause) => {
      expect(told(cause)).toMatchObject({ code: 'unexpected', cause })
    },
  )

  test('that says only in its name that the run ended, as errors of another realm do, is told as that', () => {
    expect(told({ name: 'AbortError', message: 'x' }).code).toBe('timed-out')
  })
})

describe('what is not there', () => {
  test('is told apart from surroundings that are not there, and from refusals', () => {
    expect(isNotFound(refusal(404, 'ResourceNotFound', 'x'))).toBe(true)
    expect(isNotFound(new RestError('x', { statusCode: 404, code: 'ResourceNotFound' }))).toBe(true)
    for (const code of ['ResourceGroupNotFound', 'SubscriptionNotFound', 'AuthorizationFailed']) {
      expect(isNotFound(refusal(404, code, 'x'))).toBe(false)
    }
    for (const thrown of [new Error('ResourceNotFound'), undefined]) expect(isNotFound(thrown)).toBe(false)
  })
})

test("a reply of our own requests that is no success takes the SDKs' form", () => {
  const error = restErrorOf(replyOf(404, {}))
  expect(isRestError(error)).toBe(true)
  expect(error).toMatchObject({ statusCode: 404, message: 'PUT answered 404', response: { bodyAsText: '{}' } })
})
