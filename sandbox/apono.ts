import type { JsonObject, Route } from './protocol.ts'

/** What Apono knows of an account, as its public API lists it. https://docs.apono.io/api-reference */
export type Integration = {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly connectorId: string
}

/** Apono's public API, as far as the action reads it. Its state is the sandbox's own; nothing connects to it. */
export class AponoApi {
  readonly token: string
  integrations: Integration[] = []
  /** Small, so that paging happens. */
  pageSize = 2

  constructor(token: string) {
    this.token = token
  }

  routes(): Route[] {
    return [
      {
        method: 'GET',
        path: '/apono/api/admin/v4/integrations',
        handle: ({ headers, query }) => {
          if (headers.authorization !== `Bearer ${this.token}`)
            return { status: 401, body: { message: 'Unauthorized' } }
          return { status: 200, body: this.#page(query.get('connector_id'), query.get('page_token')) }
        },
      },
    ]
  }

  /** A page token carries the filter, as clients send it without. */
  #page(filter: string | null, pageToken: string | null): JsonObject {
    const [start = '0', connectorId = filter ?? ''] = pageToken === null ? [] : pageToken.split(':')
    const from = Number(start)
    const wanted = this.integrations.filter((one) => connectorId === '' || one.connectorId === connectorId)
    const items = wanted.slice(from, from + this.pageSize).map(({ id, name, type, connectorId: connector_id }) => ({
      id,
      name,
      type,
      category: 'CLOUD',
      status: 'ACTIVE',
      connector_id,
    }))
    const end = from + this.pageSize
    return { items, pagination: { next_page_token: end < wanted.length ? `${end}:${connectorId}` : null } }
  }
}
