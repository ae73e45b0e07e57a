import { type Documents, type Located, listFiles, readJson } from './documents.ts'
import type { Exchange } from './exchange.ts'
import { fieldsOf } from './json.ts'
import { managementLocks } from './management-locks.ts'
import { type Operation, operationsOf } from './operations.ts'
import { matchPath } from './path-template.ts'
import type { Reading } from './schema-conversion.ts'
import { operationEndpoint, undescribedEndpoints } from './undescribed.ts'
import { createValidator, type Validator } from './validator.ts'

export type Specs = { readonly operations: readonly Operation[]; readonly validate: Validator }

/** `relaxed` grants the two things the real service does: null for what is optional, secrets left out of replies. */
export type Strictness = 'relaxed' | 'as-written'

const describedBy = [
  'azure-rest-api-specs/specification/*/resource-manager/Microsoft.*/{stable,preview}/*/*.json',
  'msgraph-openapi/*.json',
]

/** Reads the descriptions beside this repository, which have to be there: see `describeWithSpecs`. */
export function loadSpecs(): Specs {
  const documents: Documents = new Map(describedBy.flatMap(listFiles).map((file) => [file, readJson(file)]))
  documents.set('operation-endpoint', operationEndpoint)
  documents.set('management-locks', managementLocks)
  const operations = [...documents.keys()].flatMap((file) => operationsOf(documents, file))
  return { operations, validate: createValidator(documents) }
}

/**
 * What is wrong with an exchange, each sentence naming operation, place and rule; empty when it conforms.
 *
 * An api-version newer than the newest file of the same operation is held against that file, since not every newer
 * description could be had (Microsoft.Resources 2025-04-01 is one). An older one that has no file is a violation.
 */
export function violations(specs: Specs, exchange: Exchange, strictness: Strictness = 'relaxed'): string[] {
  const candidates = matchingOperations(specs, exchange)
  if (candidates.length === 0)
    return isKnownAsUndescribed(exchange) ? [] : [`${nameOf(exchange)}: no description and no reason for that`]
  const operation = operationOfVersion(candidates, exchange.query['api-version'])
  if (!operation) return [`${nameOf(exchange)}: api-version ${exchange.query['api-version']} is in no description`]
  const found = [
    ...parameterViolations(specs, operation, exchange),
    ...requestViolations(specs, operation, exchange),
    ...replyViolations(specs, operation, exchange, strictness === 'relaxed' ? 'reply' : 'reply-as-written'),
  ]
  return found.map(
    (violation) => `${operation.id}${operation.apiVersion ? ` ${operation.apiVersion}` : ''}: ${violation}`,
  )
}

function nameOf({ method, path }: Exchange): string {
  return `${method} ${path}`
}

/** The operations of all versions whose path says most about this one. */
function matchingOperations(specs: Specs, { method, path }: Exchange): Operation[] {
  const matching = specs.operations.filter((o) => o.method === method.toLowerCase() && matchPath(o.template, path))
  const most = Math.max(...matching.map(({ template }) => template.fixedLength))
  return matching.filter(({ template }) => template.fixedLength === most)
}

function isKnownAsUndescribed({ method, path }: Exchange): boolean {
  return undescribedEndpoints.some(
    (endpoint) => (endpoint.method === '*' || endpoint.method === method) && endpoint.path.test(path),
  )
}

/** A preview precedes the stable version of its date: '2022-10-01-preview' sorts as '2022-10-01' without the end mark. */
function sortKey(apiVersion: string): string {
  return apiVersion.includes('-preview') ? apiVersion : `${apiVersion}~`
}

function operationOfVersion(candidates: readonly Operation[], asked: string | undefined): Operation | undefined {
  const newestFirst = candidates.toSorted((a, b) =>
    sortKey(b.apiVersion ?? '') > sortKey(a.apiVersion ?? '') ? 1 : -1,
  )
  const newest = newestFirst[0]
  if (newest?.apiVersion === undefined || asked === undefined) return newest
  const isNewer = sortKey(asked) > sortKey(newest.apiVersion)
  return candidates.find(({ apiVersion }) => apiVersion === asked) ?? (isNewer ? newest : undefined)
}

function parameterViolations(specs: Specs, operation: Operation, exchange: Exchange): string[] {
  const inPath = matchPath(operation.template, exchange.path) ?? {}
  return operation.parameters.flatMap((parameter) => {
    const sent = (parameter.in === 'path' ? inPath : exchange.query)[parameter.name]
    const place = `${parameter.in}.${parameter.name}`
    if (sent === undefined) return parameter.required ? [`${place} is required`] : []
    const value = typedValue(sent, parameter.schema.value.type)
    return specs.validate(value, parameter.schema, 'request').map((rule) => `${place} ${rule.slice(2)} ('${sent}')`)
  })
}

/** Parameters travel as text; a number or boolean is one when it reads as one. */
function typedValue(sent: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && sent.trim() !== '' && !Number.isNaN(Number(sent)))
    return Number(sent)
  if (type === 'boolean' && /^(true|false)$/i.test(sent)) return sent.toLowerCase() === 'true'
  return type === 'array' ? sent.split(',') : sent
}

function requestViolations(specs: Specs, { requestBody }: Operation, exchange: Exchange): string[] {
  const { requestBody: sent } = exchange
  if (sent === undefined) return requestBody?.required ? ['request.body is required'] : []
  if (!requestBody) return ['request.body is sent, but the operation takes none']
  return specs.validate(sent, requestBody.schema, 'request').map((rule) => `request.body${rule}`)
}

function replyViolations(specs: Specs, operation: Operation, exchange: Exchange, reading: Reading): string[] {
  const { status, replyBody } = exchange
  const exact = [String(status), `${Math.floor(status / 100)}XX`].find((key) => operation.replies.has(key))
  if (exact === undefined && status < 400) {
    return [`status ${status} is not declared (${[...operation.replies.keys()].join(', ')})`]
  }
  if (operation.method === 'head') return []
  if (exact === undefined) return errorViolations(specs, operation, replyBody, reading)
  const schema = operation.replies.get(exact)
  if (!schema || status === 204) return replyBody === undefined ? [] : [`reply.body of ${status} must be empty`]
  if (replyBody === undefined) return [`reply.body of ${status} is missing`]
  return specs.validate(replyBody, schema, reading).map((rule) => `reply.body${rule}`)
}

/** The error of every ARM provider, used where an operation declares no default reply. */
const armError: Located = {
  file: 'azure-rest-api-specs/specification/common-types/resource-management/v5/types.json',
  value: { $ref: '#/definitions/ErrorResponse' },
}

function errorViolations(specs: Specs, operation: Operation, body: unknown, reading: Reading): string[] {
  if (body === undefined) return ['reply.body of an error is missing']
  const declared = operation.replies.get('default') ?? armError
  const { code, message } = fieldsOf(fieldsOf(body).error)
  const hasEnvelope = typeof code === 'string' && typeof message === 'string'
  // Descriptions leave both optional; https://github.com/Azure/azure-resource-manager-rpc demands them.
  const envelope = hasEnvelope ? [] : ['reply.body/error must have code and message']
  return [...envelope, ...specs.validate(body, declared, reading).map((rule) => `reply.body${rule}`)]
}
