import { roleAssignmentRecord } from './role-assignment-record.ts'
import { parseCondition } from './role-based-access/condition-parser.ts'
import { ConditionError } from './role-based-access/condition-tokens.ts'
import type { Subscription, World } from './world.ts'

export type NewResourceGroup = {
  readonly name: string
  readonly location: string
  readonly tags?: Readonly<Record<string, string>>
  /** The first subscription unless told. */
  readonly subscriptionId?: string
}

export type NewRoleAssignment = {
  readonly scope: string
  /** The id of a role definition, or its GUID alone. */
  readonly roleDefinitionId: string
  readonly principalId: string
  readonly principalType?: string
  readonly name?: string
  readonly condition?: string
  readonly description?: string
}

/** Makes a resource group, or replaces one of that name; answers its id. */
export function addResourceGroup(world: World, { name, location, tags, subscriptionId }: NewResourceGroup): string {
  const id = `${scopeOf(subscriptionOf(world, subscriptionId))}/resourceGroups/${name}`
  const type = 'Microsoft.Resources/resourceGroups'
  const properties = { provisioningState: 'Succeeded' }
  const body = { id, name, type, location, ...(tags === undefined ? {} : { tags }), properties }
  world.resources.set(id.toLowerCase(), { id, body })
  return id
}

/** Lets principals of another tenant act in a subscription. */
export function delegateSubscription(world: World, subscriptionId: string, tenantId: string): void {
  subscriptionOf(world, subscriptionId).managedByTenants.push(tenantId)
}

export type NewRole = {
  readonly roleName: string
  readonly actions: readonly string[]
  readonly notActions?: readonly string[]
}

/** Makes a custom role; answers its GUID. */
export function addRoleDefinition({ customRoles, random }: World, { notActions = [], ...role }: NewRole): string {
  const guid = random.guid()
  customRoles.push({ guid, description: '', notActions, ...role })
  return guid
}

/** Makes a role assignment without asking whether anyone may; answers its id. */
export function addRoleAssignment(world: World, assignment: NewRoleAssignment): string {
  const { scope, roleDefinitionId, principalId, principalType = 'ServicePrincipal', name, ...texts } = assignment
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? ''
  const definition = roleDefinitionId.startsWith('/')
    ? roleDefinitionId
    : `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleDefinitionId}`
  checkCondition(texts.condition)
  const record = roleAssignmentRecord({
    ...(texts.condition === undefined ? {} : { condition: texts.condition }),
    ...(texts.description === undefined ? {} : { description: texts.description }),
    scope,
    name: name ?? world.random.guid(),
    roleDefinitionId: definition,
    principalId,
    principalType,
    at: world.clock.iso(),
    by: principalId,
  })
  world.roleAssignments.set(record.id.toLowerCase(), record)
  return record.id
}

function checkCondition(condition: string | undefined): void {
  try {
    if (condition !== undefined) parseCondition(condition)
  } catch (error) {
    if (error instanceof ConditionError) throw new RangeError(`The condition cannot be used: ${error.message}.`)
    throw error
  }
}

/** Sets the registration state of a resource provider, at once. */
export function setProvider(world: World, namespace: string, state: string, subscriptionId?: string): void {
  const { providers, registeredFrom } = subscriptionOf(world, subscriptionId)
  const known = [...providers.keys()].find((each) => each.toLowerCase() === namespace.toLowerCase()) ?? namespace
  registeredFrom.delete(known)
  providers.set(known, state)
}

export function subscriptionOf(world: World, subscriptionId?: string): Subscription {
  const found = world.subscriptions.find((each) => each.subscriptionId === (subscriptionId ?? each.subscriptionId))
  if (found === undefined) throw new RangeError(`There is no subscription '${subscriptionId}'.`)
  return found
}

function scopeOf({ subscriptionId }: Subscription): string {
  return `/subscriptions/${subscriptionId}`
}
