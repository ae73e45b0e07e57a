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

/** The health endpoint came with v1.6.7; an older connector would be killed by a probe. */
const FIRST_WITH_HEALTH = [1, 6, 7]

export function answersHealthProbe(version: string): boolean {
  const parts = version.slice(1).split('.').map(Number)
  const firstDifference = FIRST_WITH_HEALTH.map((wanted, index) => (parts[index] ?? 0) - wanted).find(
    (gap) => gap !== 0,
  )
  return (firstDifference ?? 0) >= 0
}
