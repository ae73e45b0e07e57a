import type { Fields } from './json.ts'

/** Requests (`*` for any method) that no official description covers, each with the reason. Whatever is neither here nor described is a violation. */
export const undescribedEndpoints: readonly {
  readonly method: string
  readonly path: RegExp
  readonly reason: string
}[] = [
  {
    method: 'POST',
    path: /^\/[^/]+\/oauth2\/(v2\.0\/)?token\/?$/,
    reason: 'Entra: OAuth 2.0 (RFC 6749, RFC 7523), no OpenAPI file',
  },
  {
    method: 'GET',
    path: /^\/[^/]+\/(v2\.0\/)?\.well-known\/openid-configuration$/,
    reason: 'Entra: OpenID Connect Discovery 1.0',
  },
  { method: 'GET', path: /^\/[^/]+\/discovery\/(v2\.0\/)?keys$/, reason: 'Entra: JSON Web Key Set (RFC 7517)' },
  {
    method: 'GET',
    path: /^\/common\/discovery\/instance$/,
    reason: 'Entra: instance discovery, known from recordings only',
  },
  {
    method: 'GET',
    path: /^\/(metadata\/identity\/oauth2|msi)\/token\/?$/,
    reason: 'a machine in Azure: its endpoints for tokens of managed identities have no OpenAPI file',
  },
  { method: 'GET', path: /^\/apono\/api\//, reason: 'Apono: its public API description is not among the specs' },
  {
    method: 'GET',
    path: /^\/secrets\/[^/]+(\/[^/]+)?\/?$/,
    reason: 'Key Vault: its data plane is not among the specs',
  },
  { method: 'GET', path: /^\/metadata\/endpoints$/, reason: 'ARM: the cloud metadata have no OpenAPI file' },
  {
    method: 'GET',
    path: /^\/github\/\.well-known\/(openid-configuration|jwks)$/,
    reason: "GitHub: issuer of the job's tokens",
  },
  {
    method: '*',
    path: /^\/github\/api\//,
    reason: 'GitHub: its REST description is not among the specs, and GraphQL has none of this form',
  },
  { method: 'GET', path: /^\/github\/runner\/token$/, reason: 'GitHub: the runner hands out tokens, no description' },
  {
    method: 'GET',
    path: /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Authorization\/permissions$/i,
    reason: 'the permissions of a subscription: the portal asks for them, the description stops at resource groups',
  },
  {
    method: 'GET',
    path: /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/[^/]+\/[^/]+\/[^/]+(\/[^/]+\/[^/]+)?\/providers\/Microsoft\.Authorization\/permissions$/i,
    reason:
      'the permissions of a resource: the described path has a parent resource, which may be empty, in its middle',
  },
  {
    method: 'GET',
    path: /^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+\/providers\/Microsoft\.Network\/virtualNetworks\/[^/]+(\/subnets\/[^/]+)?$/i,
    reason: 'Microsoft.Network: its descriptions are not among the specs',
  },
  {
    method: '*',
    path: /^\/providers\/Microsoft\.Authorization\/role(Assignments|Definitions)(\/[^/]+)?$/i,
    reason: 'extensions of the root: described by id only, with a path that fits everything',
  },
  { method: '*', path: /^\/_sandbox(\/|$)/, reason: 'the control surface is no service of Azure' },
]

/**
 * The operation endpoint of Microsoft.ContainerInstance, written down from recordings of the real service because no
 * description has it. The object is closed: the real one has no `name` and no `error`, so a client must not find any.
 */
export const operationEndpoint: Fields = {
  swagger: '2.0',
  info: { title: 'Azure-AsyncOperation of Microsoft.ContainerInstance', version: '2018-06-01' },
  paths: {
    '/subscriptions/{subscriptionId}/providers/Microsoft.ContainerInstance/locations/{location}/operations/{operationId}':
      {
        get: {
          operationId: 'AzureAsyncOperation_Get',
          parameters: [
            { name: 'subscriptionId', in: 'path', required: true, type: 'string' },
            { name: 'location', in: 'path', required: true, type: 'string' },
            { name: 'operationId', in: 'path', required: true, type: 'string', format: 'uuid' },
            { name: 'api-version', in: 'query', required: true, type: 'string' },
          ],
          responses: { 200: { schema: { $ref: '#/definitions/OperationStatus' } } },
        },
      },
  },
  definitions: {
    OperationStatus: {
      type: 'object',
      required: ['id', 'status', 'startTime', 'properties'],
      properties: {
        id: { type: 'string', format: 'arm-id' },
        status: { type: 'string', enum: ['Pending', 'Creating', 'Updating', 'Succeeded', 'Failed'] },
        startTime: { type: 'string', format: 'date-time' },
        properties: {
          type: 'object',
          required: ['events'],
          properties: { events: { type: 'array', items: { $ref: '#/definitions/Event' } } },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    Event: {
      type: 'object',
      required: ['name', 'message'],
      properties: {
        count: { type: 'integer', format: 'int32' },
        firstTimestamp: { type: 'string', format: 'date-time' },
        lastTimestamp: { type: 'string', format: 'date-time' },
        name: { type: 'string' },
        message: { type: 'string' },
        type: { type: 'string' },
      },
    },
  },
}
