/** What mends troubles that Azure tells of in a refusal as well as in the events of a group. */

export const QUOTA_HINT =
  'Ask for more in the Azure portal (Quotas > Azure Container Instances), delete groups that are not needed, or choose another `location`.'

export const DELEGATION_HINT =
  'Take a subnet that holds nothing but container groups, and delegate it to them:\n  az network vnet subnet update --ids <subnet-id> --delegations Microsoft.ContainerInstance/containerGroups'

/** @param location the region that is full. */
export function noCapacityHint(location: string | undefined): string {
  return `Try again later, or ask for less \`cpu\` and \`memory\`. ${elsewhere(location)} An existing one is replaced for that.`
}

/** Regions by where they are, the larger first. A connector has no need to be near what it looks after. */
const GEOGRAPHIES: readonly (readonly string[])[] = [
  [
    'westeurope',
    'northeurope',
    'swedencentral',
    'francecentral',
    'germanywestcentral',
    'uksouth',
    'switzerlandnorth',
    'italynorth',
  ],
  [
    'eastus',
    'eastus2',
    'westus2',
    'westus3',
    'centralus',
    'southcentralus',
    'northcentralus',
    'westus',
    'canadacentral',
  ],
  ['southeastasia', 'eastasia', 'japaneast', 'koreacentral', 'centralindia', 'australiaeast'],
  ['uaenorth', 'qatarcentral', 'israelcentral', 'southafricanorth'],
  ['brazilsouth', 'mexicocentral', 'southcentralus'],
  ['usgovvirginia', 'usgovarizona', 'usgovtexas'],
  ['chinanorth3', 'chinaeast2', 'chinanorth2'],
]

/** A sentence with regions near one that is full. Not every one has what is asked for. */
function elsewhere(location: string | undefined): string {
  const near = GEOGRAPHIES.find((regions) => location !== undefined && regions.includes(location))
  const others = (near ?? []).filter((region) => region !== location).slice(0, 3)
  return others.length === 0
    ? 'A new connector may go to another `location`.'
    : `A new connector may go to another \`location\`: ${others.join(', ')} are near.`
}
