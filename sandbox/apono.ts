import type { AponoConnectors } from './apono-connectors.ts'
import type { Call, Handler, JsonObject, Reply, Route } from './protocol.ts'
import type { World } from './world.ts'

/** What Apono knows of an account, as its public API lists it. https://docs.apono.io/api-reference */
export type Integration = {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly connectorId: string
}

/** Apono's public API, as far as the action reads it. Integrations are made up; connectors follow from the containers that run. */
export class AponoApi {
  readonly token: string
  integrations: Integration[] = []
  /** Small, so that paging happens. */
  pageSize = 2
  readonly #connectors: AponoConnectors
  readonly #world: Pick<World, 'clock' | 'timing'>

  constructor(token: string, connectors: AponoConnectors, world: Pick<World, 'clock' | 'timing'>) {
    this.token = token
    this.#connectors = connectors
    this.#world = world
  }

  routes(): Route[] {
    const connectors = '/apono/api/admin/v3/connectors'
    return [
      this.#route('/apono/api/admin/v4/integrations', (call) => this.#page(call, 'connector_id', this.#integrations())),
      this.#route(connectors, (call) => {
        this.#world.clock.advance(this.#world.timing.lookMs)
        return this.#page(call, 'status', this.#connectors.list())
      }),
      this.#route(`${connectors}/{id}`, ({ params: { id = '' } }) => {
        this.#world.clock.advance(this.#world.timing.lookMs)
        const body = this.#connectors.find(id)
        return body === undefined ? { status: 404, body: { message: 'Connector not found' } } : { status: 200, body }
      }),
    ]
  }

  #route(path: string, handle: Handler): Route {
    return {
      method: 'GET',
      path,
      handle: (call) =>
        call.headers.authorization === `Bearer ${this.token}`
          ? handle(call)
          : { status: 401, body: { message: 'Unauthorized' } },
    }
  }

  /** A page token carries the filter, as clients send it without. */
  #page({ query }: Call, filtered: 'connector_id' | 'status', all: readonly JsonObject[]): Reply {
    const pageToken = query.get('page_token')
    const [start = '0', filter = query.get(filtered) ?? ''] = pageToken === null ? [] : pageToken.split(':')
    const from = Number(start)
    const wanted = all.filter((one) => filter === '' || one[filtered] === filter)
    const end = from + this.pageSize
    const next = end < wanted.length ? `${end}:${filter}` : null
    return { status: 200, body: { items: wanted.slice(from, end), pagination: { next_page_token: next } } }
  }

  #integrations(): JsonObject[] {
    return this.integrations.map(({ id, name, type, connectorId }) => ({
      id,
      name,
      type,
      category: 'CLOUD',
      status: 'ACTIVE',
      connector_id: connectorId,
    }))
  }
}
