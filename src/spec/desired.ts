import type { Target } from '../engine/adapter.ts'
import { addressOf, type ResourceSet } from '../engine/resource.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { desiredContainerGroup } from './desired-container-group.ts'
import { desiredGrants } from './desired-grants.ts'
import type { AzureResource } from './resources.ts'

/** What has to be looked up besides the inputs before desired is complete. */
export type Surroundings = {
  /** Short form of the region that the group goes to. */
  readonly location: string
  /** Keyed fingerprint of the token, or null when the run was given none. */
  readonly tokenFingerprint: string | null
  /** Principal of the first user-assigned identity, when the connector acts through it; otherwise its own is known after apply. */
  readonly principal: string | null
  /** GUIDs of the roles that the inputs name, by the name as it was written. */
  readonly roles: ReadonlyMap<string, string>
}

/** Where the container groups of these inputs are, known without asking anybody. */
export function targetsOf(inputs: Inputs): Target[] {
  return [{ address: addressOf('container-group', 0), name: inputs.name }]
}

/** What the user asked for, as resources. Pure. */
export function desiredFrom(inputs: Inputs, surroundings: Surroundings): ResourceSet<AzureResource> {
  const groups = targetsOf(inputs).map((target) => desiredContainerGroup(inputs, surroundings, target))
  const grants = groups.flatMap((group) => desiredGrants(inputs, surroundings, group.address))
  return new Map([...groups, ...grants].map((resource) => [resource.address, resource]))
}
