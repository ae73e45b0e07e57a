import { readGroupDefinition } from './container-instance/definition.ts'
import { isJsonObject, parseBody } from './json-shape.ts'
import { mergePatch } from './merge-patch.ts'
import { removePrincipal } from './principals.ts'
import type { Json, JsonObject } from './protocol.ts'
import type { World } from './world.ts'

/** What is stored under an ARM id, secrets included; undefined when there is nothing. Ids match in any casing. */
export function storedBody(world: World, id: string): JsonObject | undefined {
  const key = id.toLowerCase()
  const group = world.containerGroups.get(key)
  if (group !== undefined) return parseBody(JSON.stringify(group.definition))
  return (world.roleAssignments.get(key) ?? world.resources.get(key))?.body
}

/**
 * Changes what is stored, as somebody else would behind the action's back: without the service's checks and without a
 * restart. Of a container group it is the definition that changes, in the form of a PUT. False when there is nothing.
 */
export function patchStored(world: World, id: string, patch: JsonObject): boolean {
  const stored = storedBody(world, id)
  if (stored === undefined) return false
  const key = id.toLowerCase()
  const patched = objectFrom(mergePatch(stored, patch))
  const group = world.containerGroups.get(key)
  if (group !== undefined) world.containerGroups.set(key, { ...group, definition: readGroupDefinition(patched) })
  const record = world.roleAssignments.get(key) ?? world.resources.get(key)
  if (record !== undefined) record.body = patched
  return true
}

/** Removes a resource, a role assignment, or a resource group with everything in it. False when there is nothing. */
export function deleteStored(world: World, id: string): boolean {
  if (storedBody(world, id) === undefined) return false
  const key = id.toLowerCase()
  for (const [groupKey, group] of world.containerGroups) {
    if (!isWithin(groupKey, key)) continue
    world.containerGroups.delete(groupKey)
    // The identity goes with its resource, the role assignments it was given stay: "Identity not found".
    if (group.principalId !== undefined) removePrincipal(world, group.principalId)
  }
  for (const [resourceKey, { body }] of world.resources) {
    const principalId = isJsonObject(body.properties) ? body.properties.principalId : undefined
    if (isWithin(resourceKey, key) && typeof principalId === 'string') removePrincipal(world, principalId)
  }
  for (const records of [world.resources, world.roleAssignments]) {
    for (const each of records.keys()) if (isWithin(each, key)) records.delete(each)
  }
  return true
}

function isWithin(id: string, container: string): boolean {
  return id === container || id.startsWith(`${container}/`)
}

function objectFrom(value: Json): JsonObject {
  return isJsonObject(value) ? value : {}
}
