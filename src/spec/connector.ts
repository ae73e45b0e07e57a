import gte from 'semver/functions/gte.js'
import valid from 'semver/functions/valid.js'

/**
 * Facts about the connector itself, as its vendor's guide and Terraform module set it up.
 * https://docs.apono.io/docs/azure-environment/apono-connector-for-azure
 */
export const REGISTRY = 'registry.apono.io'
export const REGISTRY_USER = 'apono'
export const CONTAINER_NAME = 'apono-connector'

/** Variables that the action sets itself. */
export const RESERVED_ENVIRONMENT: readonly string[] = [
  'APONO_CONNECTOR_ID',
  'APONO_TOKEN',
  'APONO_URL',
  'CONNECTOR_METADATA',
]

/** Where an Apono admin sees whether connectors are connected. */
export const CONNECTORS_PAGE = 'https://app.apono.io/connectors'

export function imageOf(version: string): string {
  return `${REGISTRY}/apono-connector:${version}`
}

/** The newest version that this release knows, and the day it came out: `latest-known`, and the default. */
export const LATEST_KNOWN = { version: 'v1.7.8', date: '2026-02-15' } as const

/** The health endpoint came with this version; an older connector would be killed by a probe. */
const FIRST_WITH_HEALTH = '1.6.7'

/** What Apono's guide asks for to integrate Azure. */
export const LEAST_FOR_AZURE = '1.3.6'

export function answersHealthProbe(version: string): boolean {
  return gte(version, FIRST_WITH_HEALTH)
}

/** The version in the tag of an image, `v1.7.8`; undefined where the tag is none, or there is none. */
export function versionOf(image: string): string | undefined {
  const tag = /:([^:/@]+)$/.exec(image)?.[1]
  return valid(tag) === null ? undefined : tag
}
