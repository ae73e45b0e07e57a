import { type Documents, follow, type Located } from './documents.ts'
import { type Fields, fieldsOf, isFields, itemsOf } from './json.ts'
import { fitsEverything, type PathTemplate, parseTemplate } from './path-template.ts'

export type Parameter = {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: Located
}

export type Operation = {
  readonly id: string
  /** In lower case. */
  readonly method: string
  readonly path: string
  readonly template: PathTemplate
  /** Of the file; undefined for Microsoft Graph, which has its version in the path. */
  readonly apiVersion: string | undefined
  /** Those in path and query. */
  readonly parameters: readonly Parameter[]
  readonly requestBody: { readonly name: string; readonly schema: Located; readonly required: boolean } | undefined
  /** By status as written (`200`, `2XX`, `default`); undefined where the reply has no body. */
  readonly replies: ReadonlyMap<string, Located | undefined>
  /** The official examples, each a `$ref` to a file. */
  readonly examples: readonly Located[]
}

const methods = ['get', 'put', 'patch', 'post', 'delete', 'head']

/** All operations of a Swagger 2.0 or OpenAPI 3.0 file. Its `x-ms-paths`, other addresses of the same operations, are left out. */
export function operationsOf(documents: Documents, file: string): Operation[] {
  const document = fieldsOf(documents.get(file))
  return Object.entries(fieldsOf(document.paths))
    .filter(([path]) => !fitsEverything(path))
    .flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const value = fieldsOf(item)[method]
        return isFields(value) ? [operationOf(documents, document, { value, file }, method, path)] : []
      }),
    )
}

function operationOf(documents: Documents, document: Fields, own: Located, method: string, path: string): Operation {
  const all = itemsOf(own.value.parameters).map((value) =>
    follow(documents, { value: fieldsOf(value), file: own.file }),
  )
  const spanning = all
    .filter(({ value }) => value['x-ms-skip-url-encoding'] === true)
    .map(({ value }) => String(value.name))
  return {
    id: String(own.value.operationId ?? `${method} ${path}`),
    method,
    path,
    template: parseTemplate(`${prefixOf(document)}${path}`, new Set(spanning)),
    apiVersion: document.openapi === undefined ? String(fieldsOf(document.info).version) : undefined,
    parameters: all.filter(({ value }) => value.in === 'path' || value.in === 'query').map(parameterOf),
    requestBody: requestBodyOf(all, own),
    replies: repliesOf(documents, own),
    examples: Object.values(fieldsOf(own.value['x-ms-examples'])).map((example) => ({
      value: fieldsOf(example),
      file: own.file,
    })),
  }
}

/** The path of the server of an OpenAPI 3.0 file: `/v1.0` of Microsoft Graph. */
function prefixOf(document: Fields): string {
  const url = fieldsOf(itemsOf(document.servers)[0]).url
  return typeof url === 'string' ? new URL(url).pathname : ''
}

/** Swagger 2.0 writes a parameter's type beside its name, OpenAPI 3.0 in `schema`. */
function parameterOf({ value, file }: Located): Parameter {
  const schema = isFields(value.schema) ? value.schema : value
  return {
    name: String(value.name),
    in: String(value.in),
    required: value.required === true,
    schema: { value: schema, file },
  }
}

function requestBodyOf(parameters: readonly Located[], own: Located): Operation['requestBody'] {
  const inBody = parameters.find(({ value }) => value.in === 'body')
  if (inBody && isFields(inBody.value.schema)) {
    const { name, required, schema } = inBody.value
    return { name: String(name), schema: { value: schema, file: inBody.file }, required: required === true }
  }
  const schema = jsonContentOf(fieldsOf(own.value.requestBody))
  if (!isFields(schema)) return undefined
  return {
    name: 'body',
    schema: { value: schema, file: own.file },
    required: fieldsOf(own.value.requestBody).required === true,
  }
}

function repliesOf(documents: Documents, own: Located): Map<string, Located | undefined> {
  const replies = Object.entries(fieldsOf(own.value.responses)).map(([status, reply]) => {
    const { value, file } = follow(documents, { value: fieldsOf(reply), file: own.file })
    const schema = value.schema ?? jsonContentOf(value)
    const located: Located | undefined = isFields(schema) ? { value: schema, file } : undefined
    return [status, located] as const
  })
  return new Map(replies)
}

function jsonContentOf(holder: Fields): unknown {
  return fieldsOf(fieldsOf(holder.content)['application/json']).schema
}
