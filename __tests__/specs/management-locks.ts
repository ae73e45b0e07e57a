import type { Fields } from './json.ts'

/**
 * The list of management locks, written down from its documentation, since its description is not among the others:
 * https://learn.microsoft.com/rest/api/resources/management-locks/list-by-scope
 */
export const managementLocks: Fields = {
  swagger: '2.0',
  info: { title: 'Management locks', version: '2020-05-01' },
  paths: {
    '/{scope}/providers/Microsoft.Authorization/locks': {
      get: {
        operationId: 'ManagementLocks_ListByScope',
        parameters: [
          { name: 'scope', in: 'path', required: true, type: 'string', 'x-ms-skip-url-encoding': true },
          { name: '$filter', in: 'query', required: false, type: 'string' },
          { name: 'api-version', in: 'query', required: true, type: 'string' },
        ],
        responses: { 200: { schema: { $ref: '#/definitions/ManagementLockListResult' } } },
      },
    },
  },
  definitions: {
    ManagementLockListResult: {
      type: 'object',
      properties: {
        value: { type: 'array', items: { $ref: '#/definitions/ManagementLock' } },
        nextLink: { type: 'string' },
      },
      additionalProperties: false,
    },
    ManagementLock: {
      type: 'object',
      required: ['properties'],
      properties: {
        properties: {
          type: 'object',
          required: ['level'],
          properties: {
            level: { type: 'string', enum: ['NotSpecified', 'CanNotDelete', 'ReadOnly'] },
            notes: { type: 'string', maxLength: 512 },
            owners: { type: 'array', items: { type: 'object', properties: { applicationId: { type: 'string' } } } },
          },
          additionalProperties: false,
        },
        id: { type: 'string' },
        type: { type: 'string' },
        name: { type: 'string' },
        systemData: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
}
