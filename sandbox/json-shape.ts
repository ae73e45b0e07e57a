import { armError } from './arm-error.ts'
import type { Json, JsonObject } from './protocol.ts'

/** What a request body may look like. Properties a shape does not name are ignored, as ARM's providers ignore them. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'integer' | 'boolean' | 'anything' }
  | { readonly kind: 'choice'; readonly among: readonly string[] }
  | { readonly kind: 'list' | 'map'; readonly of: Shape }
  | { readonly kind: 'object'; readonly of: { readonly [name: string]: Shape } }

export const string: Shape = { kind: 'string' }
export const number: Shape = { kind: 'number' }
export const integer: Shape = { kind: 'integer' }
export const boolean: Shape = { kind: 'boolean' }
export const anything: Shape = { kind: 'anything' }
export const choice = (...among: readonly string[]): Shape => ({ kind: 'choice', among })
export const list = (of: Shape): Shape => ({ kind: 'list', of })
export const map = (of: Shape): Shape => ({ kind: 'map', of })
export const object = (of: { readonly [name: string]: Shape }): Shape => ({ kind: 'object', of })

/** The JSON object a request carries; 400 when it carries something else. */
export function parseBody(text: string): JsonObject {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw invalidContent('the body is not JSON')
  }
  if (!isJsonObject(body)) throw invalidContent('the body is not an object')
  return body
}

/** The value cut down to the shape, its properties in the shape's order and nulls left out; 400 when a type is wrong. */
export function conform(value: Json, shape: Shape, path = ''): Json {
  switch (shape.kind) {
    case 'anything':
      return value
    case 'string':
    case 'number':
    case 'boolean':
      return expectThat(typeof value === shape.kind, value, path, `a ${shape.kind}`)
    case 'integer':
      return expectThat(Number.isInteger(value), value, path, 'an integer')
    case 'choice':
      return expectThat(shape.among.includes(String(value)), value, path, `one of ${shape.among.join(', ')}`)
    case 'list':
      if (!Array.isArray(value)) throw wrongType(path, 'an array')
      return value.map((item: Json, index) => conform(item, shape.of, `${path}[${index}]`))
    case 'map':
      if (!isJsonObject(value)) throw wrongType(path, 'an object')
      return conformed(Object.keys(value), () => shape.of, value, path)
    case 'object':
      if (!isJsonObject(value)) throw wrongType(path, 'an object')
      return conformed(Object.keys(shape.of), (name) => shape.of[name] ?? anything, value, path)
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function conformed(names: readonly string[], shapeOf: (name: string) => Shape, from: JsonObject, path: string): Json {
  const entries = names.flatMap((name): [string, Json][] => {
    const value = from[name]
    if (value === undefined || value === null) return []
    return [[name, conform(value, shapeOf(name), path === '' ? name : `${path}.${name}`)]]
  })
  return Object.fromEntries(entries)
}

function expectThat(holds: boolean, value: Json, path: string, expected: string): Json {
  if (!holds) throw wrongType(path, expected)
  return value
}

function wrongType(path: string, expected: string) {
  return invalidContent(`'${path}' must be ${expected}`)
}

function invalidContent(reason: string) {
  return armError(
    400,
    'InvalidRequestContent',
    `The request content was invalid and could not be deserialized: '${reason}'.`,
  )
}
