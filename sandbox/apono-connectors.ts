import { connectorProblem, settingOf } from './container-instance/connector.ts'
import { courseOf } from './container-instance/course.ts'
import type { ContainerDefinition } from './container-instance/definition.ts'
import type { ContainerGroup } from './container-instance/group.ts'
import { isConnectorImage, parseImage } from './container-instance/image.ts'
import { isJsonObject } from './json-shape.ts'
import type { JsonObject } from './protocol.ts'
import type { World } from './world.ts'

type Session = { readonly connectorId: string; readonly version: string; readonly body: JsonObject }
type Known = { readonly version: string; readonly lastConnected: string }

/**
 * The connectors that Apono has heard of. A real one calls Apono and is registered by that; here a container that runs, with the
 * right token and an address that leads somewhere, counts as having called.
 */
export class AponoConnectors {
  readonly #world: World
  readonly #known = new Map<string, Known>()

  constructor(world: World) {
    this.#world = world
  }

  /** Notes who is connected now: once they are gone, Apono still knows that they were. */
  notice(): void {
    const lastConnected = this.#world.clock.iso()
    for (const { connectorId, version } of this.#sessions()) this.#known.set(connectorId, { version, lastConnected })
  }

  list(): JsonObject[] {
    this.notice()
    return [...this.#known.keys()].map((id) => this.#body(id))
  }

  /** Undefined until the connector has connected for the first time. */
  find(id: string): JsonObject | undefined {
    return this.list().find((connector) => connector.id === id)
  }

  #body(id: string): JsonObject {
    const sessions = this.#sessions().filter(({ connectorId }) => connectorId === id)
    const { version = '', lastConnected = '' } = this.#known.get(id) ?? {}
    return {
      id,
      name: id,
      status: sessions.length > 0 ? 'CONNECTED' : 'DISCONNECTED',
      version,
      is_latest_version: true,
      cloud_provider_type: 'AZURE',
      last_connected: lastConnected,
      sessions: sessions.map(({ body }) => body),
    }
  }

  #sessions(): Session[] {
    return [...this.#world.containerGroups.values()].flatMap((group) =>
      (group.definition.properties.containers ?? []).flatMap((container) => this.#sessionOf(group, container)),
    )
  }

  #sessionOf(group: ContainerGroup, container: ContainerDefinition): Session[] {
    const image = container.properties?.image ?? ''
    const now = this.#world.clock.now()
    const course = courseOf(this.#world, group, container, now)
    if (group.stoppedAt !== undefined || course.state !== 'running' || !isConnectorImage(image)) return []
    if (connectorProblem(this.#world, container) !== undefined) return []
    const since = course.startedAt + this.#world.timing.connectMs
    if (now < since) return []
    const version = (parseImage(image)?.tag ?? '').replace(/^v/, '')
    return [
      {
        connectorId: settingOf(container, 'APONO_CONNECTOR_ID') ?? '',
        version,
        body: {
          id: `${group.name}/${course.restarts}`,
          last_connected_time: new Date(since).toISOString(),
          metadata: { connector_version: version, cloud_provider_metadata: metadataOf(container) },
        },
      },
    ]
  }
}

/** What the connector was told about itself, in the fields that Apono has for Azure. */
function metadataOf(container: ContainerDefinition): JsonObject {
  const told = parsed(settingOf(container, 'CONNECTOR_METADATA') ?? '')
  return Object.fromEntries(
    ['subscription_id', 'resource_group', 'region', 'is_azure_admin'].map((name) => [name, told[name] ?? null]),
  )
}

function parsed(text: string): JsonObject {
  try {
    const value = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}
