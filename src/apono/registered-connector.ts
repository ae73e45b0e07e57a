import { field, list, text } from '../json.ts'

/** What a connector told Apono about itself in one session; undefined where it told nothing. */
type Session = {
  readonly subscriptionId: string | undefined
  readonly resourceGroup: string | undefined
  readonly region: string | undefined
  readonly version: string | undefined
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
  readonly sessions: number
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
    sessions: list(field(body, 'sessions')).filter(isObject).map(sessionOf),
  }
}

function isObject(item: unknown): boolean {
  return typeof item === 'object' && item !== null
}

function sessionOf(item: unknown): Session {
  const metadata = field(item, 'metadata')
  const place = field(metadata, 'cloud_provider_metadata')
  return {
    subscriptionId: text(field(place, 'subscription_id')),
    resourceGroup: text(field(place, 'resource_group')),
    region: text(field(place, 'region')),
    version: text(field(metadata, 'connector_version')),
  }
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
  const count = differences.filter(({ length }) => length === 0).length
  if (count >= wanted.sessions) return { is: 'connected', version, others: sessions.length - wanted.sessions }
  const elsewhere = [...new Set(differences.flat())]
  const why =
    elsewhere.length === 0 ? '' : ` Sessions that are not of this deployment differ in: ${elsewhere.join('; ')}.`
  return not(`Apono sees ${count} of ${wanted.sessions} sessions of this deployment.${why}`)
}

/** A session that does not tell where it is may be anybody's. Of the rest, a field that was not told is no difference. */
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
      : [`${name} ${JSON.stringify(told)} instead of "${expected}"`],
  )
}

/** Apono writes versions with and without the leading v. */
function settledVersion(version: string | undefined): string | undefined {
  return version === undefined ? undefined : `v${version.replace(/^v/i, '')}`
}
