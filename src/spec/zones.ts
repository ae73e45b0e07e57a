import { DeployError } from '../errors.ts'

/**
 * Regions that have no availability zones, in Azure's short form: https://learn.microsoft.com/azure/reliability/regions-list (2026-11).
 * Only those that are known to have none: what Azure adds must not wait for us. West US is left out, since the announcement of zones
 * for Container Instances names it while the list does not.
 */
const WITHOUT_ZONES: ReadonlySet<string> = new Set([
  'australiacentral',
  'australiacentral2',
  'australiasoutheast',
  'brazilsoutheast',
  'canadaeast',
  'chinaeast',
  'chinaeast2',
  'chinaeast3',
  'chinanorth',
  'chinanorth2',
  'francesouth',
  'germanynorth',
  'jioindiacentral',
  'jioindiawest',
  'koreasouth',
  'northcentralus',
  'norwaywest',
  'southafricawest',
  'southindia',
  'swedensouth',
  'switzerlandwest',
  'uaecentral',
  'ukwest',
  'usgovarizona',
  'usgovtexas',
  'westcentralus',
  'westindia',
])

/** @param region in Azure's short form. */
export function lacksZones(region: string): boolean {
  return WITHOUT_ZONES.has(region)
}

/** A group stands in one zone; replicas take turns. */
export function zonesOf(zones: readonly string[], replica: number): string[] | null {
  const zone = zones[replica % zones.length]
  return zone === undefined ? null : [zone]
}

/** @throws DeployError `location-not-available` when the region, which is the resource group's, has no zones. */
export function refuseZones(region: string, zones: readonly string[]): void {
  if (zones.length === 0 || !lacksZones(region)) return
  throw new DeployError('location-not-available', `The region ${region} has no availability zones.`, {
    hint: 'Leave out `zones`, or choose a `location` that has them: https://learn.microsoft.com/azure/reliability/regions-list',
  })
}
