import type { Inputs } from '../inputs.ts'
import { field, text } from '../json.ts'
import type { AzureClients } from './clients.ts'
import { shortRegion } from './container-group-arm.ts'
import { azureError } from './errors.ts'

/** Short form of the region of the resource group. */
export async function locationOf(clients: AzureClients, inputs: Inputs): Promise<string> {
  const path = `/subscriptions/${inputs.subscriptionId}/resourcegroups/${encodeURIComponent(inputs.resourceGroup)}`
  try {
    const { body } = await clients.get(`${clients.resourceManager}${path}?api-version=2022-09-01`)
    return shortRegion(text(field(body, 'location')) ?? '')
  } catch (error) {
    throw azureError(error, `read the resource group "${inputs.resourceGroup}"`, inputs)
  }
}
