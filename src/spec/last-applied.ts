import { createHash } from 'node:crypto'
import { canonicalJson } from '../engine/canonical.ts'
import { isSensitive, type Properties, sensitive, type Value } from '../engine/resource.ts'
import type { AzureResource, ContainerGroup } from './resources.ts'

/**
 * What the record remembers, in its order: the properties of a group, all its grants taken together, and the number of replicas.
 * The token is not among them: a run may not know it, and it has a record of its own. New names go to the end of the newest recipe.
 */
const FIRST = [
  'location',
  'image',
  'cpu',
  'memory',
  'osType',
  'restartPolicy',
  'state',
  'identity',
  'registry',
  'environment',
  'livenessProbe',
  'tags',
  'grants',
  'replicas',
] as const
const REMEMBERED = [...FIRST, 'network', 'zones', 'logAnalytics', 'workspace'] as const

/** What a record of each recipe holds; the digit before the period names it. */
const RECIPES: Readonly<Record<string, readonly Remembered[]>> = { '1': FIRST, '2': REMEMBERED }

/** What a recipe does not remember was not to be had then. */
const BEFORE_RECIPE_2: Properties = {
  network: { subnet: null, address: null, ports: [], dns: null },
  zones: null,
  logAnalytics: null,
  workspace: [],
}

export type Remembered = (typeof REMEMBERED)[number]

/** Enough hex digits that an edit by hand does not meet them by chance, few enough for the 256 characters of a tag. */
const DIGITS = 10

/**
 * What was applied last, as short hashes in one tag: with it an edit in Azure can be told from an edit of the inputs.
 * The leading `2.` names the recipe.
 * @param others the grants of the group, and the workspace it logs to.
 */
export function recordOf(
  group: Omit<ContainerGroup['properties'], 'lastApplied'>,
  others: readonly AzureResource[],
  replicas: number,
): string {
  const values: Properties = { ...group, ...summaryOf(others), replicas }
  return `2.${REMEMBERED.map((name) => hashOf(values[name])).join('')}`
}

/** What is remembered of resources taken together. Replicas have the same grants, which count once. */
export function summaryOf(resources: readonly AzureResource[]) {
  const of = (...kinds: readonly AzureResource['kind'][]) => resources.filter(({ kind }) => kinds.includes(kind))
  const grants = of('role-assignment', 'directory-role-assignment').map(settledGrant)
  return {
    grants: [...new Set(grants)].sort(),
    replicas: of('container-group').length,
    workspace: of('log-analytics-workspace').map(({ properties }) => properties),
  } satisfies Properties
}

/** The hash of one remembered value, or undefined when there is no record that we can read. */
export function remembered(record: Value | undefined, name: Remembered): string | undefined {
  const [, recipe = '', hashes = ''] = typeof record === 'string' ? (/^(\d)\.([0-9a-f]+)$/.exec(record) ?? []) : []
  const names = Object.hasOwn(RECIPES, recipe) ? RECIPES[recipe] : undefined
  if (names === undefined || hashes.length !== names.length * DIGITS) return undefined
  const at = names.indexOf(name) * DIGITS
  return at < 0 ? hashOf(BEFORE_RECIPE_2[name]) : hashes.slice(at, at + DIGITS)
}

export function isRemembered(name: string): name is Remembered {
  return REMEMBERED.some((known) => known === name)
}

export function hashOf(value: Value | undefined): string {
  return createHash('sha256')
    .update(canonicalJson(withoutFingerprints(value ?? null)))
    .digest('hex')
    .slice(0, DIGITS)
}

/** That a value is secret counts, not which it is: a run may not know it, and there is a record for that. */
function withoutFingerprints(value: Value): Value {
  if (isSensitive(value)) return sensitive(null)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: Value) => withoutFingerprints(item))
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withoutFingerprints(item)]))
}

/** The principal is not the user's to choose, and another one after a replace; casing and order of scopes say nothing. */
function settledGrant({ kind, properties }: AzureResource): string {
  const told = Object.entries(properties).filter(([name]) => name !== 'principal')
  const settled = told.map(([name, value]) => [name, name === 'scope' ? String(value).toLowerCase() : value])
  return canonicalJson({ kind, ...Object.fromEntries(settled) })
}
