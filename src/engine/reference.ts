import {
  type Address,
  isReference,
  isSensitive,
  type Properties,
  type Reference,
  type Resource,
  type Value,
} from './resource.ts'

/** The value behind a reference, or undefined while nobody knows it. */
export type Lookup = (reference: Reference) => string | undefined

/** The resource with every reference replaced whose value is known. */
export function resolve<R extends Resource>(resource: R, lookup: Lookup): R {
  const properties = resolveValue(resource.properties, lookup)
  return { ...resource, properties }
}

/** The resources that this one still waits for. */
export function waitsFor({ properties }: Resource): Address[] {
  return references(properties).map(({ reference }) => reference)
}

function resolveValue(value: Properties, lookup: Lookup): Properties
function resolveValue(value: Value, lookup: Lookup): Value
function resolveValue(value: Value, lookup: Lookup): Value {
  if (isReference(value)) return lookup(value) ?? value
  if (typeof value !== 'object' || value === null || isSensitive(value)) return value
  if (Array.isArray(value)) return value.map((item: Value) => resolveValue(item, lookup))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolveValue(item, lookup)]))
}

function references(value: Value): Reference[] {
  if (isReference(value)) return [value]
  if (typeof value !== 'object' || value === null || isSensitive(value)) return []
  return Object.values(value).flatMap(references)
}
