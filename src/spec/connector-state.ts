/** What is known of the connector at the end of a run: Apono's word where it was asked, else Azure's, else nothing. */
export type ConnectorStatus = 'connected' | 'not-connected' | 'running' | 'unhealthy' | 'unknown'

export type ConnectorState = {
  readonly status: ConnectorStatus
  /** As Apono tells it, with the leading v; undefined where it was not asked. */
  readonly version: string | undefined
}

/** The version in an image's tag; undefined for one without. */
export function versionIn(image: string): string | undefined {
  return /:(v?\d+\.\d+\.\d+)$/.exec(image)?.[1]
}

/** The attribute of a container group that tells since when its connector runs, in ISO 8601; absent while it does not. */
export const STARTED_AT = 'started-at'
