import type { Inputs } from '../inputs/inputs.ts'
import { answersHealthProbe, imageOf, REGISTRY, REGISTRY_USER } from './connector.ts'
import type { ContainerGroupProperties } from './resources.ts'

/** The image that the connector runs. */
export function imageFor({ image, connectorVersion }: Pick<Inputs, 'image' | 'connectorVersion'>): string {
  return image === null ? imageOf(connectorVersion) : image.reference
}

/** Whose registry it comes from, and as whom Azure pulls it; null where anybody may. */
export function registryFor(inputs: Pick<Inputs, 'image' | 'identity'>): ContainerGroupProperties['registry'] {
  const { server, pull } = inputs.image ?? { server: REGISTRY, pull: { by: 'default' } as const }
  switch (pull.by) {
    case 'password':
      return { server, username: pull.username }
    case 'identity':
      return { server, identity: pullIdentity(inputs)?.toLowerCase() ?? '' }
    case 'default':
      return server === REGISTRY ? { server, username: REGISTRY_USER } : null
  }
}

/** Id of the identity that pulls: the first user-assigned one. */
export function pullIdentity({ image, identity }: Pick<Inputs, 'image' | 'identity'>): string | undefined {
  return image?.pull.by === 'identity' && identity.type !== 'SystemAssigned' ? identity.ids[0] : undefined
}

/** An image of one's own tells its version by its tag; one that does not is taken for a mirror of a current one. */
export function hasHealthProbe({ image, connectorVersion }: Pick<Inputs, 'image' | 'connectorVersion'>): boolean {
  if (image === null) return answersHealthProbe(connectorVersion)
  const version = /:v?(\d+\.\d+\.\d+)(@|$)/.exec(image.reference)?.[1]
  return version === undefined || answersHealthProbe(`v${version}`)
}

/**
 * Is this a registry that Azure may not reach from inside a subnet? Its documents say that private registries other than its own are
 * not supported there, and leave open whether one with a public address and a password is private.
 * https://learn.microsoft.com/azure/container-instances/container-instances-virtual-network-concepts#unsupported-networking-scenarios
 */
export function isPrivateElsewhere({ registry }: Pick<ContainerGroupProperties, 'registry'>): boolean {
  return registry !== null && !/\.azurecr\.(io|us|cn)$/.test(registry.server)
}
