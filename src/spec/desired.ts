import type { Target } from '../engine/adapter.ts'
import { type ActualSet, addressOf, type ResourceSet } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { keptContainerName, keptPorts, keptSize } from './adoption.ts'
import { desiredContainerGroup } from './desired-container-group.ts'
import { desiredGrants, pullGrants } from './desired-grants.ts'
import { recordOf } from './last-applied.ts'
import type { AzureResource, ContainerGroup } from './resources.ts'
import { desiredWorkspaces } from './workspace.ts'

/** What has to be looked up besides the inputs before desired is complete. */
export type Surroundings = {
  /** Short form of the region that the group goes to. */
  readonly location: string
  /** Keyed fingerprint of the token, or null when the run was given none. */
  readonly tokenFingerprint: string | null
  /** Likewise of each secure variable. */
  readonly secureFingerprints: Readonly<Record<string, string | null>>
  /** Principal of the first user-assigned identity, when the connector acts through it; otherwise its own is known after apply. */
  readonly principal: string | null
  /** The same of the password of a registry of one's own. */
  readonly registryFingerprint: string | null
  /** The Azure registry that the image comes from and the principal that pulls it, where AcrPull is ours to plan. */
  readonly pull: { readonly registry: string; readonly principal: string } | null
  /** Customer id of the existing workspace that the inputs name. */
  readonly customerId: string | null
  /** GUIDs of the roles that the inputs name, by the name as it was written. */
  readonly roles: ReadonlyMap<string, string>
}

/** Where the container groups of these inputs are looked for: `name`, `name-2`, and so on. To destroy means to want none. */
export function targetsOf({ operation, name, replicas }: Inputs): Target[] {
  const count = operation === 'destroy' ? 0 : replicas
  return Array.from({ length: count }, (_, index) => ({
    address: addressOf('container-group', index),
    name: index === 0 ? name : `${name}-${index + 1}`,
  }))
}

/**
 * What the user asked for, as resources. Pure.
 * @param found groups that serve as targets already, whatever they are called: an adopted one keeps its name.
 */
export function desiredFrom(inputs: Inputs, surroundings: Surroundings, found: ActualSet): ResourceSet<AzureResource> {
  const targets = targetsOf(inputs).map(({ address, name }) => ({
    address,
    name: found.get(address)?.resource.name ?? name,
  }))
  const groups = targets.map((target, replica) =>
    desiredContainerGroup(inputs, surroundings, target, replica, {
      ...keptSize(inputs, found.get(target.address)),
      ...keptPorts(found.get(target.address)),
      ...keptContainerName(found.get(target.address)),
    }),
  )
  // A shared identity gets its grants once.
  const holders = surroundings.principal === null ? groups : groups.slice(0, 1)
  const grants = holders.map((group, index) => [
    ...desiredGrants(inputs, surroundings, group, index),
    ...(index === 0 ? pullGrants(inputs, surroundings) : []),
  ])
  const workspaces = desiredWorkspaces(inputs, surroundings)
  const remembering = groups.map((group, index) =>
    withRecord(group, [...(grants[index] ?? []), ...workspaces], inputs.replicas),
  )
  return new Map([...remembering, ...grants.flat(), ...workspaces].map((resource) => [resource.address, resource]))
}

function withRecord(group: ContainerGroup, grants: readonly AzureResource[], replicas: number): ContainerGroup {
  return { ...group, properties: { ...group.properties, lastApplied: recordOf(group.properties, grants, replicas) } }
}
