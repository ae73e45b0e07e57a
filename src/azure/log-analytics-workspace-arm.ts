import type { Actual, Ownership, Properties } from '../engine/resource.ts'
import { field, text } from '../json.ts'
import type { Workspace, WorkspaceProperties } from '../spec/resources.ts'
import { CONNECTOR_TAG, MANAGED_BY, MANAGED_BY_TAG } from '../spec/tags.ts'
import { CUSTOMER_ID } from '../spec/workspace.ts'
import { shortRegion } from './container-group-arm.ts'

/** The body of a PUT. */
export function toArm({ location, ...rest }: WorkspaceProperties) {
  return { location, ...toArmPatch(rest) }
}

/** The body of a PATCH, which leaves alone what it does not name: caps and exports are somebody else's to set. */
export function toArmPatch({ sku, retention, localAuth, tags }: Omit<WorkspaceProperties, 'location'>) {
  return {
    properties: { sku: { name: sku }, retentionInDays: retention, features: { disableLocalAuth: !localAuth } },
    tags,
  }
}

export function fromArm(body: unknown): WorkspaceProperties {
  const properties = field(body, 'properties')
  const retention = field(properties, 'retentionInDays')
  return {
    location: shortRegion(text(field(body, 'location')) ?? ''),
    sku: settledSku(text(field(field(properties, 'sku'), 'name')) ?? ''),
    retention: typeof retention === 'number' ? retention : 0,
    localAuth: !isLocalAuthDisabled(body),
    tags: tagsOf(body),
  }
}

/** @param wanted the workspace is where it is: its region is not compared. */
export function actualOf(
  body: unknown,
  { address, name, location }: Pick<Workspace, 'address' | 'name'> & { readonly location: string | undefined },
  connectorId: string,
): Actual<Workspace> {
  const properties = fromArm(body)
  const customerId = customerIdOf(body)
  return {
    resource: {
      kind: 'log-analytics-workspace',
      address,
      name,
      properties: { ...properties, location: location ?? properties.location },
    },
    armId: text(field(body, 'id')) ?? '',
    ownership: ownershipOf(properties.tags, connectorId),
    health: healthOf(body),
    attributes: { ...(customerId !== undefined && { [CUSTOMER_ID]: customerId }) },
  }
}

export function customerIdOf(body: unknown): string | undefined {
  return text(field(field(body, 'properties'), 'customerId'))?.toLowerCase()
}

/** Then the keys are there, and work for nothing. */
export function isLocalAuthDisabled(body: unknown): boolean {
  return field(field(field(body, 'properties'), 'features'), 'disableLocalAuth') === true
}

/** Azure writes it in several casings. */
function settledSku(sku: string): string {
  return sku.toLowerCase() === 'pergb2018' ? 'PerGB2018' : sku
}

function tagsOf(body: unknown): Record<string, string> {
  const tags = Object.entries(Object(field(body, 'tags')))
  return Object.fromEntries(tags.map(([name, value]) => [name, String(value)]))
}

/** The name is made of the connector's id, so that one without a mark has lost it. */
function ownershipOf(
  { [MANAGED_BY_TAG]: manager, [CONNECTOR_TAG]: owner }: Properties,
  connectorId: string,
): Ownership {
  if (manager === MANAGED_BY && owner === connectorId) return { by: 'us' }
  if (owner === undefined || owner === connectorId) return { by: 'nobody' }
  return { by: 'other', description: `its tags say that it is of the connector "${String(owner)}"` }
}

/** https://learn.microsoft.com/rest/api/loganalytics/workspaces/get#workspaceentitystatus */
function healthOf(body: unknown): Actual['health'] {
  const state = text(field(field(body, 'properties'), 'provisioningState')) ?? 'Succeeded'
  if (state === 'Succeeded') return { is: 'ready' }
  return state === 'Failed' || state === 'Canceled'
    ? { is: 'broken', detail: state }
    : { is: 'changing', detail: state }
}
