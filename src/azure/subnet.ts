import type { Plan } from '../engine/plan.ts'
import { DeployError } from '../errors.ts'
import { field, list, text } from '../json.ts'
import type { AzureResource } from '../spec/resources.ts'
import { shortRegion } from './container-group-arm.ts'
import { asking, type Context, hasCode, isMissing } from './context.ts'

/** What is wrong for sure with the subnet, and what could not be found out. */
type Findings = { readonly missing: readonly DeployError[]; readonly unknown: readonly string[] }

const DELEGATION = 'Microsoft.ContainerInstance/containerGroups'
const VERSION = '2023-11-01'

/** Looks at the subnet that groups are to be set up in: a PUT would fail there, and after a delete that is too late. */
export async function lookAtSubnet(context: Context, plan: Plan<AzureResource>): Promise<Findings> {
  const { subnet } = context.inputs
  const group = plan.changes.flatMap((change) =>
    (change.action === 'create' || change.action === 'replace') && change.after.kind === 'container-group'
      ? [change.after]
      : [],
  )[0]
  if (subnet === null || group === undefined) return { missing: [], unknown: [] }
  const [own, network] = await Promise.all([
    read(context, subnet.id, 'subnets/read'),
    read(context, networkOf(subnet.id), 'read'),
  ])
  if (own.is === 'missing') return { missing: [noSubnet(subnet.id)], unknown: [] }
  const unknown = [own, network].flatMap((found) => (found.is === 'closed' ? [found.sentence] : []))
  const undelegated = own.is === 'there' && !isDelegated(own.body)
  const region = network.is === 'there' ? shortRegion(text(field(network.body, 'location')) ?? '') : undefined
  const isElsewhere = region !== undefined && region !== group.properties.location
  return {
    missing: [
      ...(undelegated ? [notDelegated(subnet.id)] : []),
      ...(isElsewhere ? [otherRegion(subnet.id, region, group.properties.location)] : []),
    ],
    unknown,
  }
}

type Found =
  | { readonly is: 'there'; readonly body: unknown }
  | { readonly is: 'missing' }
  | { readonly is: 'closed'; readonly sentence: string }

async function read({ clients, inputs }: Context, id: string, right: string): Promise<Found> {
  try {
    const { body } = await clients.send(`${clients.resourceManager}${id}?api-version=${VERSION}`)
    return { is: 'there', body }
  } catch (error) {
    if (isMissing(error)) return { is: 'missing' }
    if (!hasCode(error, 'AuthorizationFailed')) throw asking(inputs).failure(error, `read ${id}`)
    return {
      is: 'closed',
      sentence: `${id} could not be looked at (no Microsoft.Network/virtualNetworks/${right}). If it does not suit, Azure refuses the apply.`,
    }
  }
}

function isDelegated(body: unknown): boolean {
  const services = list(field(field(body, 'properties'), 'delegations')).map((delegation) =>
    text(field(field(delegation, 'properties'), 'serviceName'))?.toLowerCase(),
  )
  return services.includes(DELEGATION.toLowerCase())
}

function networkOf(subnet: string): string {
  return subnet.replace(/\/subnets\/[^/]+$/i, '')
}

function noSubnet(id: string): DeployError {
  const [, , subscription, , group, , , , network, , name] = id.split('/')
  return new DeployError('subnet-not-usable', `There is no subnet ${id}, as far as the workflow's identity can see.`, {
    hint: [
      'Correct `subnet-ids`, or create it:',
      `  az network vnet subnet create --subscription ${subscription} --resource-group '${group}' --vnet-name '${network}' --name '${name}' --address-prefixes <range> --delegations ${DELEGATION}`,
    ].join('\n'),
  })
}

function notDelegated(id: string): DeployError {
  return new DeployError(
    'subnet-not-usable',
    `The subnet ${id} is not delegated to ${DELEGATION}, so that no container group can live in it.`,
    {
      hint: [
        'Delegate it (nothing else may live in it then):',
        `  az network vnet subnet update --ids '${id}' --delegations ${DELEGATION}`,
      ].join('\n'),
    },
  )
}

function otherRegion(id: string, region: string, wanted: string): DeployError {
  return new DeployError(
    'subnet-not-usable',
    `The subnet ${id} is in the region ${region}, and the container group is to be in ${wanted}.`,
    { hint: `Set \`location: ${region}\`, or name a subnet in ${wanted}.` },
  )
}
