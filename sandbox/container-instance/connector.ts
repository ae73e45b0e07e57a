import type { World } from '../world.ts'
import type { ContainerDefinition } from './definition.ts'
import { isConnectorImage } from './image.ts'

/** A variable of a container, whichever way it was given. */
export function settingOf({ properties }: ContainerDefinition, wanted: string): string | undefined {
  const variable = properties?.environmentVariables?.find(({ name }) => name === wanted)
  return variable?.secureValue ?? variable?.value
}

/**
 * Why a connector cannot start, as it would write it to its log: nobody there, a token its Apono does not accept, or no word on
 * who it is and whom to call. Names below `.invalid` never lead anywhere (RFC 6761); any other is taken for a way to Apono.
 */
export function connectorProblem(
  world: Pick<World, 'aponoToken' | 'containerBehaviour'>,
  container: ContainerDefinition,
): string | undefined {
  if (!isConnectorImage(container.properties?.image ?? '')) return undefined
  const missing = ['APONO_CONNECTOR_ID', 'APONO_URL'].find((name) => !settingOf(container, name))
  if (missing !== undefined) return `${missing} is not set`
  const host = settingOf(container, 'APONO_URL') ?? ''
  if (world.containerBehaviour === 'no-egress') return `dial tcp: lookup ${host}: i/o timeout`
  if (host.endsWith('.invalid')) return `dial tcp: lookup ${host}: no such host`
  return settingOf(container, 'APONO_TOKEN') === world.aponoToken
    ? undefined
    : `connect to ${host}: the token was not accepted`
}
