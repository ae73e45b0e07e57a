import { fieldsOf, itemsOf } from '../../specs/json.ts'
import type { Stage } from '../../stage.ts'

/**
 * What stands in Azure and Entra, in a form in which two ways to the same end are equal: a managed identity is known by its group
 * instead of its object id, a grant by what it grants instead of its name. A grant of an identity that is gone keeps the bare id, so it shows.
 */
export type State = {
  readonly groups: readonly string[]
  readonly grants: readonly string[]
  readonly directoryRoles: readonly string[]
  readonly identities: readonly string[]
  readonly others: readonly string[]
}

export function stateOf({ control }: Stage): State {
  const snapshot = control.snapshot()
  const groups = valuesOf(snapshot.containerGroups)
  const holders = new Map([
    ...groups.map(({ principalId, name }) => [String(principalId), `the identity of ${name}`] as const),
    ...valuesOf(snapshot.resources).flatMap(({ body }) => madeAnewIn(fieldsOf(body))),
  ])
  const tenants = itemsOf(snapshot.tenants).map(fieldsOf)
  const lines = (records: readonly unknown[]): string[] =>
    records.map((record) => namingHolders(record, holders)).sort()
  return {
    groups: lines(
      groups.map(({ name, definition, stoppedAt }) => ({ name, definition, stopped: stoppedAt !== undefined })),
    ),
    grants: lines(valuesOf(snapshot.roleAssignments).map(({ body }) => grantIn(fieldsOf(fieldsOf(body).properties)))),
    directoryRoles: lines(tenants.flatMap(directoryRolesIn)),
    identities: tenants
      .flatMap(({ managedIdentities }) => itemsOf(managedIdentities))
      .map((identity) => String(fieldsOf(identity).displayName))
      .sort(),
    others: lines(valuesOf(snapshot.resources)),
  }
}

/** What a workspace has that another of the same name has not. */
function madeAnewIn({ name, properties }: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  const { customerId, sharedKeys, createdDate, modifiedDate, readyFrom } = fieldsOf(properties)
  const dates = [createdDate, modifiedDate, readyFrom].map((date) => [date, 'a date'])
  const keys = Object.entries(fieldsOf(sharedKeys)).map(([which, key]) => [key, `${which} of ${name}`])
  return [[customerId, `the id of ${name}`], ...keys, ...dates].flatMap(([text, by]) =>
    text === undefined ? [] : [[String(text), String(by)] as const],
  )
}

function valuesOf(records: unknown) {
  return Object.values(fieldsOf(records)).map(fieldsOf)
}

function grantIn({ scope, roleDefinitionId, principalId, condition, description }: Readonly<Record<string, unknown>>) {
  return { scope, roleDefinitionId, principalId, condition, description }
}

/** Without those that only a late copy of Graph still shows. */
function directoryRolesIn({ directoryRoleAssignments }: Readonly<Record<string, unknown>>): unknown[] {
  return itemsOf(directoryRoleAssignments)
    .map(fieldsOf)
    .filter(({ shownUntil }) => shownUntil === undefined)
    .map(({ principalId, roleDefinitionId, directoryScopeId }) => ({ principalId, roleDefinitionId, directoryScopeId }))
}

function namingHolders(record: unknown, holders: ReadonlyMap<string, string>): string {
  return [...holders].reduce((text, [principal, holder]) => text.replaceAll(principal, holder), sortedJson(record))
}

/** Neither the order of keys nor that of the variables of a container says anything. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => a.localeCompare(b)))
      : item,
  )
}
