import { Ajv, type SchemaObject, type ValidateFunction } from 'ajv'
import { type Call, Refusal, type Reply } from './protocol.ts'

/** Reads the JSON body of a call to the control surface, and refuses in plain words what its schema does not allow. */
export type BodyReader<T> = (call: Call) => T

export const text = { type: 'string', minLength: 1 }
export const milliseconds = { type: 'number', minimum: 0 }
export const texts = { type: 'object', additionalProperties: { type: 'string' } }

/** A closed object; `required` names the properties that must be there. */
export function closed(
  properties: Readonly<Record<string, SchemaObject>>,
  ...required: readonly string[]
): SchemaObject {
  return { type: 'object', properties, required, additionalProperties: false }
}

/** Compiled when the first body comes: most sandboxes are steered from their own process and read none. */
export function bodyReader<T>(schema: SchemaObject): BodyReader<T> {
  let compiled: ValidateFunction<T> | undefined
  return (call) => {
    compiled ??= compile<T>(schema)
    const isValid = compiled
    const body = parsed(call.text)
    if (isValid(body)) return body
    const places = (isValid.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
    )
    throw controlRefusal(400, 'InvalidControlRequest', places.join('; '))
  }
}

function compile<T>(schema: SchemaObject): ValidateFunction<T> {
  const ajv = new Ajv({ allErrors: true, strictRequired: false, discriminator: true })
  ajv.addFormat('regex', isPattern)
  return ajv.compile<T>(schema)
}

export function controlRefusal(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, body: { error: { code, message } } })
}

/** 204, or 404 when there was nothing to do it to. */
export function done(found: boolean, what: string): Reply {
  if (!found) throw controlRefusal(404, 'NotInSandbox', `The sandbox has no ${what}.`)
  return { status: 204 }
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body)
  } catch {
    throw controlRefusal(400, 'InvalidControlRequest', 'The body is not JSON.')
  }
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source)
    return true
  } catch {
    return false
  }
}
