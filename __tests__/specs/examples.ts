import { basename } from 'node:path/posix'
import { hasFile, readJson, targetOf } from './documents.ts'
import type { Exchange } from './exchange.ts'
import { type Fields, fieldsOf } from './json.ts'
import type { Operation } from './operations.ts'

/** One of Microsoft's own examples of an operation: a request and one of the replies it may get. */
export type Example = {
  /** Version, file and status: `2023-05-01 ContainerGroupsStop.json 204`. */
  readonly title: string
  readonly exchange: Exchange
}

/** The official examples of an operation, one for each reply that they show. */
export function examplesOf(operation: Operation): Example[] {
  return operation.examples.flatMap(({ value, file }) => {
    const [path = ''] = targetOf(String(value.$ref), file).split('#')
    if (!hasFile(path)) return []
    const { parameters, responses } = readJson(path)
    return Object.entries(fieldsOf(responses)).map(([status, reply]) => ({
      title: `${operation.apiVersion} ${basename(path)} ${status}`,
      exchange: exchangeOf(operation, fieldsOf(parameters), Number(status), fieldsOf(reply)),
    }))
  })
}

function exchangeOf(operation: Operation, parameters: Fields, status: number, reply: Fields): Exchange {
  const inQuery = operation.parameters.filter(
    ({ in: place, name }) => place === 'query' && parameters[name] !== undefined,
  )
  return {
    method: operation.method.toUpperCase(),
    path: operation.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => String(parameters[name] ?? '')),
    query: Object.fromEntries(inQuery.map(({ name }) => [name, String(parameters[name])])),
    requestBody: operation.requestBody && parameters[operation.requestBody.name],
    status,
    replyBody: reply.body,
  }
}
