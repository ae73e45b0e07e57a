import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import type { Documents, Located } from './documents.ts'
import { type Fields, fieldsOf, withoutNulls } from './json.ts'
import { jsonSchemaOf, neverSent, type Reading } from './schema-conversion.ts'

/** Says what is wrong with a value, each sentence beginning with the JSON path. */
export type Validator = (value: unknown, schema: Located, reading: Reading) => string[]

/** A validator with its own compiled schemas: each is compiled when it is first needed and then kept. */
export function createValidator(documents: Documents): Validator {
  const ajv = new Ajv({ allErrors: true, strictTypes: false, formats: { ...fullFormats, ...ownFormats } })
  ajv.addKeyword({ keyword: neverSent, validate: () => false, error: { message: 'is read-only and must not be sent' } })
  const compiled = new Map<Fields, Map<Reading, ValidateFunction>>()

  function compile(schema: Located, reading: Reading): ValidateFunction {
    const readings = compiled.get(schema.value) ?? new Map<Reading, ValidateFunction>()
    compiled.set(schema.value, readings)
    const validate = readings.get(reading) ?? ajv.compile(jsonSchemaOf(documents, schema, reading))
    readings.set(reading, validate)
    return validate
  }

  return (value, schema, reading) => {
    const validate = compile(schema, reading)
    // The service writes null where it has no value. Without it a required property is reported as missing, as it should be.
    const isValid = validate(reading === 'reply' ? withoutNulls(value) : value)
    return isValid ? [] : (validate.errors ?? []).map(describe)
  }
}

/** Formats of Azure's and OData's descriptions that JSON Schema does not know. */
const ownFormats = { 'arm-id': /^\//, base64url: /^[A-Za-z0-9_-]*=*$/, decimal: true } as const

function describe({ instancePath, keyword, message, params }: ErrorObject): string {
  const details = fieldsOf(params)
  const named = details.additionalProperty ?? details.allowedValues
  const detail = named === undefined ? '' : `: ${[named].flat().join(', ')}`
  return `${instancePath === '' ? '/' : instancePath} ${message ?? keyword}${detail}`
}
