import type { Change, PropertyChange, Replace, Update } from '../engine/plan.ts'
import { isReference, isSensitive, type Properties, type Value } from '../engine/resource.ts'
import { visible } from './visible.ts'

/** One line of a change: a property that appears, goes, changes or stays open until Azure answers. */
export type ChangeLine = { readonly sign: '+' | '-' | '~'; readonly text: string }

const UNKNOWN = '(known after apply)'
const SECRET = '(sensitive value)'

/** The properties of a change as lines, paths padded to one column. */
export function changeLines(change: Change): ChangeLine[] {
  switch (change.action) {
    case 'no-op':
      return []
    case 'create':
      return aligned([
        ...leaves(withoutRecord(change.after.properties)).map(([path, value]) => ({
          sign: '+' as const,
          path,
          text: shown(value),
        })),
        ...change.knownAfterApply.map((path) => ({ sign: '+' as const, path, text: UNKNOWN })),
      ])
    case 'delete':
      return aligned(
        leaves(withoutRecord(change.before.resource.properties)).map(([path, value]) => ({
          sign: '-',
          path,
          text: shown(value),
        })),
      )
    case 'update':
      return aligned(shownProperties(change).flatMap(propertyLines))
    case 'replace':
      return aligned([
        ...shownProperties(change).flatMap(propertyLines),
        ...change.knownAfterApply.map((path) => ({
          sign: '~' as const,
          path,
          text: `${change.before.attributes[path] ?? '(none)'} → ${UNKNOWN}`,
        })),
      ])
  }
}

function withoutRecord({ lastApplied: _, ...properties }: Properties): Properties {
  return properties
}

/** The record of the last apply follows from the rest; alone it has to be seen. */
function shownProperties({ properties }: Update | Replace): readonly PropertyChange[] {
  const telling = properties.filter(({ path }) => path[0] !== 'lastApplied')
  return telling.length > 0 ? telling : properties
}

type Row = ChangeLine & { readonly path: string }

function propertyLines({ path, before, after, impact }: PropertyChange): Row[] {
  const name = path.map(part).join('.')
  const price = impact === 'replace' ? '  (forces a replace)' : ''
  if (before === undefined || before === null) return side('+', name, after, price)
  if (after === undefined || after === null) return side('-', name, before, price)
  const secretChanged = isSensitive(before) && isSensitive(after)
  return [
    {
      sign: '~',
      path: name,
      text: (secretChanged ? `${SECRET}, changed` : `${shown(before)} → ${shown(after)}`) + price,
    },
  ]
}

/** Something that is on one side only, down to its single values. */
function side(sign: '+' | '-', name: string, value: Value | undefined, price: string): Row[] {
  const rows = isBranch(value) ? leaves(value, `${name}.`) : [[name, value ?? null] as const]
  return rows.map(([path, leaf]) => ({ sign, path, text: shown(leaf) + price }))
}

function aligned(rows: readonly Row[]): ChangeLine[] {
  const width = Math.max(0, ...rows.map(({ path }) => path.length))
  return rows.map(({ sign, path, text }) => ({ sign, text: `${path.padEnd(width)}  ${text}` }))
}

/** Every value with its path; what is null or empty says nothing and is left out. */
function leaves(properties: Properties, prefix = ''): (readonly [path: string, value: Value])[] {
  return Object.entries(properties).flatMap(([name, value]) => {
    const path = `${prefix}${part(name)}`
    if (value === null || (Array.isArray(value) && value.length === 0)) return []
    if (isBranch(value)) return leaves(value, `${path}.`)
    return [[path, value] as const]
  })
}

function isBranch(value: Value | undefined): value is Properties {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !isSensitive(value) && !isReference(value)
  )
}

/** A name of somebody's choice, as it is while it is plain; quoted otherwise, so that it cannot pass for a line of ours. */
function part(name: string): string {
  return /^[\p{L}\p{N} _:@+=/()[\]-]+$/u.test(name) ? name : inert(name)
}

/** JSON keeps line breaks, quotes and C0 controls inside one line; the rest that moves or hides text goes the same way. */
export function inert(value: Value): string {
  const json = JSON.stringify(value, (_key, item: Value) => (isSensitive(item) ? SECRET : item))
  return visible(json)
}

function shown(value: Value | undefined): string {
  if (isReference(value)) return UNKNOWN
  return isSensitive(value) ? SECRET : inert(value ?? null)
}
