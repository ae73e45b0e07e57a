import { DeployError } from '../errors.ts'
import type { Http, JsonReply } from '../http.ts'
import { field, list, text } from '../json.ts'
import { type RegisteredConnector, registeredConnector } from './registered-connector.ts'

/** An integration as Apono lists it; only what people recognise it by. */
export type Integration = { readonly id: string; readonly name: string; readonly type: string }

/** The few things we read of Apono's public API. It never writes. */
export interface Apono {
  /** Integrations that reach their targets through this connector. */
  integrationsOf(connectorId: string): Promise<readonly Integration[]>
  /**
   * What Apono knows of a connector. @param seconds that the answer may take. @throws DeployError `apono-refused`; `throttled` when
   * Apono wants more time than that; `apono-unavailable` and `unreachable`, which pass.
   */
  connector(connectorId: string, seconds?: number): Promise<Registration>
}

/** What Apono said of a connector, and when. A connector registers itself, so before its first connection there is none. */
export type Registration = {
  readonly connector: RegisteredConnector | undefined
  /** Milliseconds, by Apono's clock. */
  readonly at: number
}

const MOST_PAGES = 100
/** Seconds that one question may take: most runs can do without its answer. */
const QUESTION = 30
const AGAIN = 'Run again later, or leave `apono-api-token` out to go on without asking Apono.'

/**
 * @param url of the API, `https://api.apono.io`. Its replies are read leniently: the description leaves much open.
 * @param http one for each question, which may take so many seconds.
 */
export function aponoAt(url: string, token: string, http: (seconds: number) => Http): Apono {
  async function ask(address: string, seconds = QUESTION): Promise<JsonReply> {
    try {
      return await http(seconds).getJson(address, { authorization: `Bearer ${token}` })
    } catch (error) {
      throw error instanceof DeployError ? silence(error, address) : error
    }
  }

  async function page(connectorId: string, pageToken: string | undefined): Promise<unknown> {
    // The API takes no filters together with a page token.
    const query = pageToken === undefined ? { connector_id: connectorId, limit: '100' } : { page_token: pageToken }
    const address = `${url}/api/admin/v4/integrations?${new URLSearchParams(query)}`
    const { status, body } = await ask(address)
    if (status !== 200) throw refused(status, address, 'the integrations of this connector')
    return body
  }

  async function connector(connectorId: string, seconds?: number): Promise<Registration> {
    const address = `${url}/api/admin/v3/connectors/${encodeURIComponent(connectorId)}`
    const { status, body, date } = await ask(address, seconds)
    const told = Date.parse(date ?? '')
    const at = Number.isNaN(told) ? Date.now() : told
    if (status === 404) return { connector: undefined, at }
    if (status !== 200) throw refused(status, address, 'this connector')
    return { connector: registeredConnector(body), at }
  }

  return {
    connector,
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

/** What there is to say where no answer came in time. */
function silence(error: DeployError, address: string): DeployError {
  if (error.code === 'throttled') return new DeployError('throttled', error.message, { hint: AGAIN, cause: error })
  if (error.code !== 'timed-out') return error
  const message = `${new URL(address).host} did not answer in time.`
  return new DeployError('apono-unavailable', message, { hint: AGAIN, cause: error })
}

/** `wanted` completes "answered 500 instead of …". What is not about this request passes. */
function refused(status: number, address: string, wanted: string): DeployError {
  const { host } = new URL(address)
  if (status === 401 || status === 403) {
    return new DeployError('apono-refused', `${host} does not accept the API token (${status}).`, {
      hint: '`apono-api-token` is not the connector token: create one in Apono under API Tokens > Service Accounts, with the role Viewer or more.',
    })
  }
  const isPassing = status >= 500 || status === 429 || status === 408
  const message = `${host} answered ${status} instead of ${wanted}.`
  return new DeployError(isPassing ? 'apono-unavailable' : 'apono-refused', message, {
    hint: AGAIN,
  })
}
