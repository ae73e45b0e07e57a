import { type ActualSet, isReference } from '../engine/resource.ts'
import type { DirectoryRoleAssignment, RoleAssignment } from '../spec/resources.ts'

/** Object id that a wanted grant is for: of an identity that was read before, or of a group that exists. */
export function principalOf(
  { properties: { principal } }: RoleAssignment | DirectoryRoleAssignment,
  known: ActualSet,
): string | undefined {
  return isReference(principal) ? known.get(principal.reference)?.attributes[principal.attribute] : principal
}

/** Object ids of all connectors that were found. */
export function principalsIn(known: ActualSet): string[] {
  return [...new Set([...known.values()].flatMap(({ attributes }) => attributes['principal-id'] ?? []))]
}
