import type { ContainerGroup as ArmGroup } from '@azure/arm-containerinstance'
import type { ActualSet, Ownership, Properties } from '../engine/resource.ts'
import { field } from '../json.ts'
import { DIRECTORY_ROLE_GRANTED, DIRECTORY_ROLE_TAG } from '../spec/tags.ts'
import { asking, type Context, hasCode } from './context.ts'

/** The attribute of a group that carries our mark: object id of the identity that got Directory Readers. */
export const HOLDER = 'directory-readers-holder'

/** Who holds the directory role that a group's tag tells of. A tag is easily written: only an identity of the group's own is believed. */
export function holderIn({ tags, identity }: ArmGroup): string | undefined {
  const told = tags?.[DIRECTORY_ROLE_TAG]
  if (told === DIRECTORY_ROLE_GRANTED) return identity?.principalId
  const assigned = Object.values(identity?.userAssignedIdentities ?? {}).map(({ principalId }) => principalId)
  return assigned.find((principal) => principal !== undefined && principal.toLowerCase() === told?.toLowerCase())
}

/** Principals of the groups whose tag says that we gave them the role. */
export function holdersIn(known: ActualSet): string[] {
  return [...new Set([...known.values()].flatMap(({ attributes }) => attributes[HOLDER] ?? []))]
}

/**
 * Whose a directory role is that we gave and no longer want. A user-assigned identity may serve several connectors, and Entra keeps
 * no mark on a directory role: whoever's tag names the principal still needs it. Groups of other subscriptions are not seen.
 */
export async function ownershipOfLeftover(
  principal: string,
  known: ActualSet,
  { clients, inputs }: Context,
): Promise<Ownership> {
  const ours = [...known.values()].filter(({ attributes }) => attributes[HOLDER] === principal)
  // The identity of a group itself serves nobody else, and goes with it.
  if (ours.every(({ resource: { properties } }) => tagIn(properties) === DIRECTORY_ROLE_GRANTED)) return { by: 'us' }
  const ids = new Set(ours.map(({ armId }) => armId.toLowerCase()))
  try {
    for await (const group of clients.containerInstance.containerGroups.list()) {
      const isOther = !ids.has((group.id ?? '').toLowerCase())
      if (isOther && holderIn(group) === principal) return { by: 'other', description: `${group.id} needs it too` }
    }
    return { by: 'us' }
  } catch (error) {
    if (!hasCode(error, 'AuthorizationFailed'))
      throw asking(inputs).failure(error, 'list the container groups of the subscription')
    return { by: 'other', description: 'whether another connector needs it too could not be read' }
  }
}

function tagIn({ tags }: Properties): unknown {
  return field(tags, DIRECTORY_ROLE_TAG)
}
