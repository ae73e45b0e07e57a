import { type Documents, follow, type Located, targetOf } from './documents.ts'
import { type Fields, fieldsOf, isFields, itemsOf, stringsOf } from './json.ts'

/**
 * How a schema is read. A request may hold nothing that is read-only or unknown. A reply may leave out secrets that the
 * schema requires. `reply-as-written` grants nothing.
 */
export type Reading = 'request' | 'reply' | 'reply-as-written'

/** The keyword that a read-only property of a request becomes; it accepts no value. */
export const neverSent = 'neverSent'

const copiedKeywords = [
  'type',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
]

type Conversion = {
  readonly documents: Documents
  readonly reading: Reading
  readonly names: Map<string, string>
  readonly definitions: Record<string, Fields>
}

/** Turns a schema of Swagger 2.0 or OpenAPI 3.0 into plain JSON Schema, with everything it refers to in `definitions`. */
export function jsonSchemaOf(documents: Documents, schema: Located, reading: Reading): Fields {
  const conversion: Conversion = { documents, reading, names: new Map(), definitions: {} }
  return { ...convert(conversion, schema), definitions: conversion.definitions }
}

function convert(conversion: Conversion, schema: Located): Fields {
  const converted =
    typeof schema.value.$ref === 'string' ? refer(conversion, schema) : convertInline(conversion, schema)
  const isNullable = schema.value.nullable === true || schema.value['x-nullable'] === true
  return isNullable ? { anyOf: [{ type: 'null' }, converted] } : converted
}

function refer(conversion: Conversion, schema: Located): Fields {
  const target = targetOf(String(schema.value.$ref), schema.file)
  const known = conversion.names.get(target)
  const name = known ?? `d${conversion.names.size}`
  if (known === undefined) {
    // Named before it is converted: error details refer to themselves.
    conversion.names.set(target, name)
    conversion.definitions[name] = convert(conversion, follow(conversion.documents, schema))
  }
  return { $ref: `#/definitions/${name}` }
}

function convertInline(conversion: Conversion, { value, file }: Located): Fields {
  if (value.discriminator !== undefined) throw new Error(`${file}: schemas with a discriminator are not supported`)
  if (value.allOf !== undefined || value.properties !== undefined || value.additionalProperties !== undefined) {
    return convertObject(conversion, { value, file })
  }
  const copied = copiedKeywords.filter((keyword) => value[keyword] !== undefined).map((key) => [key, value[key]])
  const items = isFields(value.items) ? { items: convert(conversion, { value: value.items, file }) } : {}
  return { ...Object.fromEntries(copied), ...items }
}

/** The schema and all it inherits from, without references. Objects are flattened, so that a request can be closed. */
function lineage(conversion: Conversion, schema: Located): Located[] {
  const own = follow(conversion.documents, schema)
  const parents = itemsOf(own.value.allOf).flatMap((parent) =>
    lineage(conversion, { value: fieldsOf(parent), file: own.file }),
  )
  return [...parents, own]
}

function convertObject(conversion: Conversion, schema: Located): Fields {
  const members = lineage(conversion, schema)
  const properties = new Map<string, Located>()
  for (const { value, file } of members) {
    for (const [name, property] of Object.entries(fieldsOf(value.properties))) {
      properties.set(name, { value: fieldsOf(property), file })
    }
  }
  const required = members.flatMap(({ value }) => stringsOf(value.required))
  return {
    type: 'object',
    properties: Object.fromEntries(
      [...properties].map(([name, property]) => [name, convertProperty(conversion, property)]),
    ),
    required: [...new Set(required)].filter((name) => isDemanded(conversion, properties.get(name))),
    ...convertRest(conversion, members),
  }
}

function convertProperty(conversion: Conversion, property: Located): Fields {
  const mayNotBeSent = conversion.reading === 'request' && isMarked(conversion, property, 'readOnly')
  return mayNotBeSent ? { [neverSent]: true } : convert(conversion, property)
}

/** Marks such as `readOnly` stand beside a `$ref` as well as behind it. */
function isMarked(conversion: Conversion, property: Located, mark: string): boolean {
  return property.value[mark] === true || follow(conversion.documents, property).value[mark] === true
}

function isDemanded(conversion: Conversion, property: Located | undefined): boolean {
  if (!property) return true
  if (conversion.reading === 'request') return !isMarked(conversion, property, 'readOnly')
  return conversion.reading === 'reply-as-written' || !isMarked(conversion, property, 'x-ms-secret')
}

/** What an object says about properties it does not name. */
function convertRest(conversion: Conversion, members: readonly Located[]): Fields {
  const namesProperties = members.some(({ value }) => value.properties !== undefined)
  const speaker = members.find(({ value }) => value.additionalProperties !== undefined)
  const rest = speaker?.value.additionalProperties
  if (typeof rest === 'boolean') return { additionalProperties: rest }
  if (speaker && isFields(rest) && !meansAnything(rest)) {
    return { additionalProperties: convert(conversion, { value: rest, file: speaker.file }) }
  }
  const isClosed = conversion.reading === 'request' && namesProperties
  // Annotations of OData such as @odata.type are part of the protocol and in no schema.
  return isClosed ? { patternProperties: { '@odata\\.': {} }, additionalProperties: false } : {}
}

/** Microsoft Graph's description writes `additionalProperties: {type: object}` on every type and means anything at all. */
function meansAnything(rest: Fields): boolean {
  return rest.type === 'object' && Object.keys(rest).every((key) => key === 'type' || key === 'description')
}
