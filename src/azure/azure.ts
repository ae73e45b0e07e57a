import type { Adapter } from '../engine/adapter.ts'
import type { Inputs } from '../inputs.ts'
import type { ContainerGroup } from '../spec/resources.ts'
import { createClients } from './clients.ts'
import type { CloudEndpoints } from './cloud.ts'
import { containerGroupAdapter } from './container-group.ts'
import type { Polling } from './polling.ts'
import { locationOf } from './resource-group.ts'

/** What a run needs of Azure. */
export type Azure = {
  readonly containerGroups: Adapter<ContainerGroup>
  /** Page of a resource in the Azure portal. */
  portalUrl(armId: string): string
  /** Region of the resource group, short form. */
  resourceGroupLocation(): Promise<string>
}

export type Connection = {
  readonly cloud: CloudEndpoints
  readonly deadline: AbortSignal
  readonly polling: Polling
  nextAssertion(): Promise<string>
}

/** The heavy part: whoever imports this file loads the Azure SDKs. */
export function createAzure(inputs: Inputs, { cloud, deadline, polling, nextAssertion }: Connection): Azure {
  const clients = createClients(inputs, cloud, nextAssertion, deadline)
  return {
    containerGroups: containerGroupAdapter(clients, { inputs, polling, deadline }),
    portalUrl: (armId) => `${cloud.portal}/#@${inputs.tenantId}/resource${armId}`,
    resourceGroupLocation: () => locationOf(clients, inputs),
  }
}
