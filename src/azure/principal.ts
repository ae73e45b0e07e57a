import { type ActualSet, addressOf } from '../engine/resource.ts'
import type { DirectoryRoleAssignment, RoleAssignment } from '../spec/resources.ts'

/** Object id that grants are for, as far as it is known: of a user-assigned identity, or of the group that exists. */
export function principalIn(
  wanted: readonly (RoleAssignment | DirectoryRoleAssignment)[],
  known: ActualSet,
): string | undefined {
  const given = wanted.map(({ properties }) => properties.principal).find((principal) => typeof principal === 'string')
  return given ?? known.get(addressOf('container-group', 0))?.attributes['principal-id']
}
