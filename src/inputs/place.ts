import type { InputReader, Unchecked } from './reader.ts'
import * as rule from './rules.ts'

/** Where Azure is: a cloud we know, or an ARM endpoint that describes its own. */
export type Cloud =
  | { readonly name: 'public' | 'usgovernment' | 'china' }
  | { readonly name: 'custom'; readonly url: string }

/** Where in Azure the connector goes. */
export type Place = {
  readonly tenantId: string
  readonly subscriptionId: string
  readonly cloud: Cloud
  readonly resourceGroup: string
  /** Azure's short form, `westeurope`; undefined means the resource group's. */
  readonly location: string | undefined
}

export function readPlace(read: InputReader): Unchecked<Place> {
  return {
    tenantId: read.required('tenant-id', rule.guid('tenant-id: ${{ vars.AZURE_TENANT_ID }}')),
    subscriptionId: read.required('subscription-id', rule.guid('subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}')),
    cloud: read.required('cloud', rule.cloud),
    resourceGroup: read.required('resource-group', rule.resourceGroup),
    location: read.optional('location', rule.location),
  }
}
