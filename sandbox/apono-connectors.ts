import { connectorProblem, settingOf } from './container-instance/connector.ts'
import { courseOf } from './container-instance/course.ts'
import type { ContainerDefinition } from './container-instance/definition.ts'
import type { ContainerGroup } from './container-instance/group.ts'
import { isConnectorImage, parseImage } from './container-instance/image.ts'
import { isJsonObject } from './json-shape.ts'
import type { JsonObject } from './protocol.ts'
import type { World } from './world.ts'

type Session = {
  readonly id: string
  readonly connectorId: string
  readonly version: string
  readonly body: JsonObject
}
type Known = { readonly version: string; readonly lastConnected: string }
type Lasting = Session & { readonly seenAt: number }

/**
 * The connectors that Apono has heard of. A real one calls Apono and is registered by that; here a container that runs, with the
 * right token and an address that leads somewhere, counts as having called.
 */
export class AponoConnectors {
  readonly #world: World
  readonly #known = new Map<string, Known>()
  /** Every session that was ever noticed, by its id and start. */
  readonly #seen = new Map<string, Lasting>()

  constructor(world: World) {
    this.#world = world
  }

  /** Notes who is connected now: once they are gone, Apono still knows that they were. */
  notice(): void {
    const lastConnected = this.#world.clock.iso()
    const seenAt = this.#world.clock.now()
    for (const session of this.#running()) {
      this.#known.set(session.connectorId, { version: session.version, lastConnected })
      this.#seen.set(session.id, { ...session, seenAt })
    }
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

  /** Those of containers that run, and for a while those of containers that are no more. */
  #sessions(): Session[] {
    const since = this.#world.clock.now() - this.#world.timing.lingerMs
    const running = this.#running()
    const isRunning = (id: string) => running.some((session) => session.id === id)
    const lingering = [...this.#seen.values()].filter(({ id, seenAt }) => seenAt > since && !isRunning(id))
    return [...running, ...lingering]
  }

  #running(): Session[] {
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
    const id = `${group.name}/${since}`
    return [
      {
        id,
        connectorId: settingOf(container, 'APONO_CONNECTOR_ID') ?? '',
        version,
        body: {
          id,
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
