import { DeployError } from '../errors.ts'
import type { Http } from '../http.ts'
import { field, list, text } from '../json.ts'

/** An integration as Apono lists it; only what people recognise it by. */
export type Integration = { readonly id: string; readonly name: string; readonly type: string }

/** The few things we read of Apono's public API. It never writes. */
export interface Apono {
  /** Integrations that reach their targets through this connector. */
  integrationsOf(connectorId: string): Promise<readonly Integration[]>
}

const MOST_PAGES = 100

/** @param url of the API, `https://api.apono.io`. Its replies are read leniently: the description leaves much open. */
export function aponoAt(url: string, token: string, http: Http): Apono {
  async function page(connectorId: string, pageToken: string | undefined): Promise<unknown> {
    // The API takes no filters together with a page token.
    const query = pageToken === undefined ? { connector_id: connectorId, limit: '100' } : { page_token: pageToken }
    const address = `${url}/api/admin/v4/integrations?${new URLSearchParams(query)}`
    const { status, body } = await http.getJson(address, { authorization: `Bearer ${token}` })
    if (status !== 200) throw refused(status, address)
    return body
  }

  return {
    async integrationsOf(connectorId) {
      const found: Integration[] = []
      let next: string | undefined
      for (let count = 0; count < MOST_PAGES; count += 1) {
        const body = await page(connectorId, next)
        found.push(...list(field(body, 'items')).flatMap((item) => integrationOf(item, connectorId) ?? []))
        next = text(field(field(body, 'pagination'), 'next_page_token'))
        if (next === undefined) break
      }
      return found
    },
  }
}

/** Should the filter be ignored, the connector named in the item still tells. */
function integrationOf(item: unknown, connectorId: string): Integration | undefined {
  const owner = text(field(item, 'connector_id')) ?? connectorId
  if (owner !== connectorId) return undefined
  return {
    id: text(field(item, 'id')) ?? '',
    name: text(field(item, 'name')) ?? '',
    type: text(field(item, 'type')) ?? '',
  }
}

function refused(status: number, address: string): DeployError {
  const { host } = new URL(address)
  if (status === 401 || status === 403) {
    return new DeployError('apono-refused', `${host} does not accept the API token (${status}).`, {
      hint: '`apono-api-token` is not the connector token: create one in Apono under API Tokens > Service Accounts, with the role Viewer or more.',
    })
  }
  return new DeployError('apono-refused', `${host} answered ${status} instead of the integrations of this connector.`, {
    hint: 'Run again later, or leave `apono-api-token` out to go on without asking Apono.',
  })
}
