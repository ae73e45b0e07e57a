import { field, list, text } from '../json.ts'

/** What a connector told Apono about itself in one session; undefined where it told nothing. */
type Session = {
  readonly subscriptionId: string | undefined
  readonly resourceGroup: string | undefined
  readonly region: string | undefined
  readonly version: string | undefined
  /** When it began, in milliseconds by Apono's clock. */
  readonly at: number | undefined
}

export type RegisteredConnector = {
  readonly status: string
  readonly version: string | undefined
  /** Whether Apono knows no newer version; undefined where it does not tell. */
  readonly isLatest: boolean | undefined
  /** One for each container that is connected now. */
  readonly sessions: readonly Session[]
}

/** How the sessions of this deployment have to look. `version` is undefined for an image whose tag does not tell. */
export type Wanted = {
  readonly subscriptionId: string
  readonly resourceGroup: string
  readonly region: string
  readonly version: string | undefined
  /** One for each container that is to be connected: since when it runs, in milliseconds by Azure's clock, where that is known. */
  readonly starts: readonly (number | undefined)[]
}

/** What that amounts to. `detail` is a sentence. `others`: sessions of this connector beyond those wanted. */
export type Connection =
  | { readonly is: 'connected'; readonly version: string | undefined; readonly others: number }
  | { readonly is: 'not-connected'; readonly version: string | undefined; readonly detail: string }

/** Read leniently: Apono's description lets nearly every field be absent or null. */
export function registeredConnector(body: unknown): RegisteredConnector {
  const isLatest = field(body, 'is_latest_version')
  return {
    status: text(field(body, 'status')) ?? '',
    version: text(field(body, 'version')),
    isLatest: typeof isLatest === 'boolean' ? isLatest : undefined,
    sessions: list(field(body, 'sessions')).flatMap(sessionOf),
  }
}

function sessionOf(item: unknown): Session | readonly never[] {
  if (typeof item !== 'object' || item === null) return []
  const metadata = field(item, 'metadata')
  const place = field(metadata, 'cloud_provider_metadata')
  return {
    subscriptionId: text(field(place, 'subscription_id')),
    resourceGroup: text(field(place, 'resource_group')),
    region: text(field(place, 'region')),
    version: text(field(metadata, 'connector_version')),
    at: moment(text(field(item, 'last_connected_time'))),
  }
}

function moment(told: string | undefined): number | undefined {
  const at = Date.parse(told ?? '')
  return Number.isNaN(at) ? undefined : at
}

/** Is the connector that Apono knows the one that was deployed, with all of its containers? */
export function connectionOf(connector: RegisteredConnector | undefined, wanted: Wanted): Connection {
  const version = settledVersion(connector?.version)
  const not = (detail: string): Connection => ({ is: 'not-connected', version, detail })
  if (connector === undefined) return not('Apono does not know the connector: it has never connected.')
  const { status, sessions } = connector
  if (status.toLowerCase() !== 'connected')
    return not(`Apono calls the connector ${status.toLowerCase() || 'nothing'}.`)
  const differences = sessions.map((session) => differencesOf(session, wanted))
  const ours = sessions.filter((_, index) => differences[index]?.length === 0)
  const count = connectedOf(wanted.starts, ours)
  if (count >= wanted.starts.length) return { is: 'connected', version, others: sessions.length - wanted.starts.length }
  const elsewhere = [...new Set(differences.flat())]
  const old = ours.length > count ? ' Others began before the containers that run now.' : ''
  const why =
    elsewhere.length === 0 ? '' : ` Sessions that are not of this deployment differ in: ${elsewhere.join('; ')}.`
  return not(`Apono sees ${count} of ${wanted.starts.length} sessions of this deployment.${old}${why}`)
}

/** Two clocks, of which neither is ours. */
const LEEWAY_MS = 2 * 60_000

/**
 * How many containers have a session that is not from before their start: Apono goes on for a while to list those of containers that
 * are gone. The newest session is for the newest container, since it may be the only one that can be.
 */
function connectedOf(starts: Wanted['starts'], sessions: readonly Session[]): number {
  const newestFirst = (a: number, b: number) => (a === b ? 0 : b - a)
  // What is not told is given the benefit of the doubt.
  const free = sessions.map(({ at }) => at ?? Number.POSITIVE_INFINITY).sort(newestFirst)
  let count = 0
  for (const start of starts.map((one) => one ?? 0).sort(newestFirst))
    if ((free[count] ?? Number.NEGATIVE_INFINITY) >= start - LEEWAY_MS) count += 1
  return count
}

/** Whose it is has to be told, since anybody may use the same id. A region or version that is not told is no difference. */
function differencesOf(session: Session, wanted: Wanted): string[] {
  const pairs = [
    ['subscription', session.subscriptionId ?? '', wanted.subscriptionId],
    ['resource group', session.resourceGroup ?? '', wanted.resourceGroup],
    ['region', session.region?.replaceAll(' ', ''), wanted.region],
    ['version', settledVersion(session.version), settledVersion(wanted.version)],
  ] as const
  return pairs.flatMap(([name, told, expected]) =>
    told === undefined || expected === undefined || told.toLowerCase() === expected.toLowerCase()
      ? []
      : [`${name} ${told === '' ? '(not told)' : JSON.stringify(told)} instead of "${expected}"`],
  )
}

/** Apono writes versions with and without the leading v. */
function settledVersion(version: string | undefined): string | undefined {
  return version === undefined ? undefined : `v${version.replace(/^v/i, '')}`
}
