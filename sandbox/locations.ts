/** Regions of the public cloud that offer Container Instances, as this sandbox knows them; not the whole list. */
export const CONTAINER_INSTANCE_LOCATIONS: readonly string[] = [
  'australiaeast',
  'brazilsouth',
  'canadacentral',
  'centralindia',
  'centralus',
  'eastus',
  'eastus2',
  'francecentral',
  'germanywestcentral',
  'japaneast',
  'koreacentral',
  'northcentralus',
  'northeurope',
  'norwayeast',
  'southcentralus',
  'southeastasia',
  'swedencentral',
  'switzerlandnorth',
  'uaenorth',
  'uksouth',
  'westeurope',
  'westus',
  'westus2',
  'westus3',
]

/** Every region known here; resource groups may live in more places than container groups. */
export const LOCATIONS: readonly string[] = [...CONTAINER_INSTANCE_LOCATIONS, 'jioindiawest', 'westindia']

/** `West US` and `westus` are one place. */
export function normaliseLocation(location: string): string {
  return location.replaceAll(' ', '').toLowerCase()
}

/** Of those with Container Instances, the ones without availability zones: https://learn.microsoft.com/azure/reliability/regions-list */
export const LOCATIONS_WITHOUT_ZONES: readonly string[] = ['northcentralus', 'westus']
