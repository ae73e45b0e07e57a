import { addressed, type Exchange } from './exchange.ts'

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111'
const groupUrl = `${subscription}/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/g?api-version=2023-05-01`
const roleUrl = `${subscription}/providers/Microsoft.Authorization/roleAssignments/22222222-2222-4222-8222-222222222222?api-version=2022-04-01`
const workspaceUrl = `${subscription}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs?api-version=2022-10-01`
const graphUrl = '/v1.0/roleManagement/directory/roleAssignments'
const operationUrl = `${subscription}/providers/Microsoft.ContainerInstance/locations/westeurope/operations/33333333-3333-4333-8333-333333333333?api-version=2018-06-01`

const requests = { cpu: 1, memoryInGB: 2 }
const container = { name: 'c', properties: { image: 'alpine:latest', resources: { requests } } }
export const group = { location: 'westeurope', properties: { containers: [container], osType: 'Linux' } }
const assignment = { properties: { roleDefinitionId: '/r', principalId: '44444444-4444-4444-8444-444444444444' } }
const operation = {
  id: '/subscriptions/s',
  status: 'Succeeded',
  startTime: '2026-01-01T00:00:00Z',
  properties: { events: [] },
}
const notFound = { error: { code: 'ResourceNotFound', message: 'Not here.' } }

function exchange(method: string, url: string, rest: Omit<Exchange, 'method' | 'path' | 'query'>): Exchange {
  return { method, ...addressed(url), ...rest }
}

export function put(requestBody: unknown, replyBody: unknown = group, status = 201): Exchange {
  return exchange('PUT', groupUrl, { requestBody, status, replyBody })
}

function withProperties(properties: object): unknown {
  return { ...group, properties: { ...group.properties, ...properties } }
}

function withContainer(properties: object): unknown {
  return withProperties({ containers: [{ ...container, properties: { ...container.properties, ...properties } }] })
}

/** Exchanges that conform, by what is special about them. */
export const conforming: readonly (readonly [string, Exchange])[] = [
  ['a group is created', put(group)],
  [
    'a path is written in another casing',
    exchange('GET', groupUrl.replace('resourceGroups', 'RESOURCEGROUPS'), { status: 200, replyBody: group }),
  ],
  [
    'a reply has a property that no description names',
    put(group, withProperties({ provisioningTimeoutInSeconds: 1800 })),
  ],
  ['a group is missing', exchange('GET', groupUrl, { status: 404, replyBody: notFound })],
  [
    'an operation without a default reply fails',
    exchange('POST', workspaceUrl.replace('?api-version=2022-10-01', '/sharedKeys?api-version=2020-08-01'), {
      status: 404,
      replyBody: notFound,
    }),
  ],
  [
    'a directory role is assigned',
    exchange('POST', graphUrl, {
      requestBody: {
        '@odata.type': '#microsoft.graph.unifiedRoleAssignment',
        principalId: 'p',
        roleDefinitionId: 'r',
        directoryScopeId: '/',
      },
      status: 201,
      replyBody: { '@odata.context': 'x', id: 'i' },
    }),
  ],
  [
    'a newer version than any file is asked',
    exchange('GET', `${subscription}/resourcegroups/rg?api-version=2025-04-01`, {
      status: 200,
      replyBody: { location: 'x' },
    }),
  ],
  ['an operation is polled', exchange('GET', operationUrl, { status: 200, replyBody: operation })],
  [
    'a token is asked for',
    exchange('POST', '/55555555-5555-4555-8555-555555555555/oauth2/v2.0/token', { status: 200, replyBody: {} }),
  ],
]

/** Exchanges that are wrong in one way each, with what must be said about it. */
export const broken: readonly (readonly [string, Exchange, string])[] = [
  [
    'a required property is not sent',
    put(withProperties({ osType: undefined })),
    "ContainerGroups_CreateOrUpdate 2023-05-01: request.body/properties must have required property 'osType'",
  ],
  [
    'a required property deep inside is not sent',
    put(withContainer({ resources: { requests: { cpu: 1 } } })),
    "request.body/properties/containers/0/properties/resources/requests must have required property 'memoryInGB'",
  ],
  [
    'a type is wrong',
    put(withContainer({ resources: { requests: { cpu: '1', memoryInGB: 2 } } })),
    'requests/cpu must be number',
  ],
  ['a port is text', put(withContainer({ ports: [{ port: '80' }] })), 'ports/0/port must be integer'],
  ['a port is beyond 32 bits', put(withContainer({ ports: [{ port: 2 ** 40 }] })), 'must match format "int32"'],
  [
    'a read-only property is sent',
    put({ ...group, id: '/subscriptions/s' }),
    'request.body/id is read-only and must not be sent',
  ],
  [
    'a read-only property deep inside is sent',
    put(withContainer({ instanceView: {} })),
    'properties/instanceView is read-only and must not be sent',
  ],
  [
    'an unknown property is sent',
    put({ ...group, colour: 'red' }),
    'request.body/ must NOT have additional properties: colour',
  ],
  [
    'an unknown property deep inside is sent',
    put(withProperties({ provisioningTimeoutInSeconds: 1800 })),
    'request.body/properties must NOT have additional properties: provisioningTimeoutInSeconds',
  ],
  ['a tag is no text', put({ ...group, tags: { owner: 1 } }), 'request.body/tags/owner must be string'],
  ['null is sent', put({ ...group, location: null }), 'request.body/location must be string'],
  [
    'an enum has another value',
    put(withProperties({ restartPolicy: 'Sometimes' })),
    'restartPolicy must be equal to one of the allowed values: Always, OnFailure, Never',
  ],
  [
    'an enum of a reply has another value',
    put(group, withProperties({ ipAddress: { ports: [], type: 'None' } })),
    'reply.body/properties/ipAddress/type must be equal to one of the allowed values',
  ],
  [
    'a reply lacks what is required',
    put(group, { location: 'westeurope' }),
    "reply.body/ must have required property 'properties'",
  ],
  [
    'a reply has null for what is required',
    put(group, withProperties({ osType: null })),
    "reply.body/properties must have required property 'osType'",
  ],
  ['a required body is not sent', put(undefined), 'request.body is required'],
  [
    'a body is sent where none is taken',
    exchange('GET', groupUrl, { requestBody: {}, status: 200, replyBody: group }),
    'request.body is sent',
  ],
  ['a status is not declared', put(group, group, 202), 'status 202 is not declared (200, 201, default)'],
  [
    'stop answers 200',
    exchange('POST', groupUrl.replace('?', '/stop?'), { status: 200 }),
    'status 200 is not declared (204, default)',
  ],
  ['204 has a body', exchange('DELETE', groupUrl, { status: 204, replyBody: {} }), 'reply.body of 204 must be empty'],
  ['a declared body is missing', exchange('GET', groupUrl, { status: 200 }), 'reply.body of 200 is missing'],
  [
    'an error has no message',
    exchange('GET', groupUrl, { status: 404, replyBody: { error: { code: 'X' } } }),
    'reply.body/error must have code and message',
  ],
  [
    'the details of a Graph error are no list',
    exchange('GET', graphUrl, { status: 403, replyBody: { error: { ...notFound.error, details: {} } } }),
    'reply.body/error/details must be array',
  ],
  [
    'Graph is sent an unknown property',
    exchange('POST', graphUrl, { requestBody: { principal_id: 'p' }, status: 201, replyBody: {} }),
    'must NOT have additional properties: principal_id',
  ],
  [
    'the version is not sent',
    exchange('GET', groupUrl.replace(/\?.*/, ''), { status: 200, replyBody: group }),
    'query.api-version is required',
  ],
  [
    'the version is in no file',
    exchange('GET', groupUrl.replace('2023-05-01', '2019-12-01'), { status: 200, replyBody: group }),
    'api-version 2019-12-01 is in no description',
  ],
  [
    'a name breaks its pattern',
    exchange('GET', workspaceUrl.replace('logs', '-logs-'), { status: 404, replyBody: notFound }),
    'path.workspaceName must match pattern',
  ],
  [
    'a name is too short',
    exchange('GET', workspaceUrl.replace('logs', 'abc'), { status: 404, replyBody: notFound }),
    'path.workspaceName must NOT have fewer than 4 characters',
  ],
  [
    'a query parameter has the wrong type',
    exchange('GET', groupUrl.replace('?', '/containers/c/logs?tail=many&'), {
      status: 200,
      replyBody: { content: '' },
    }),
    'query.tail must be integer',
  ],
  [
    'an assignment has no principal',
    exchange('PUT', roleUrl, {
      requestBody: { properties: { ...assignment.properties, principalId: undefined } },
      status: 201,
      replyBody: assignment,
    }),
    "must have required property 'principalId'",
  ],
  [
    'an operation carries an error',
    exchange('GET', operationUrl, { status: 200, replyBody: { ...operation, error: {} } }),
    'AzureAsyncOperation_Get 2018-06-01: reply.body/ must NOT have additional properties: error',
  ],
  [
    'nobody describes the path',
    exchange('GET', `${subscription}/providers/Microsoft.Nothing/things?api-version=2022-09-01`, { status: 200 }),
    'no description',
  ],
  ['nobody describes the method', exchange('POST', groupUrl, { status: 200 }), 'no description'],
]

/** What JSON would make of a value: properties that are undefined are not there. */
export function onTheWire(sent: Exchange): Exchange {
  return { ...sent, ...JSON.parse(JSON.stringify({ requestBody: sent.requestBody, replyBody: sent.replyBody })) }
}
