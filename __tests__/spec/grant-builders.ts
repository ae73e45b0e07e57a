import { containerGroupRules } from '../../src/azure/container-group.ts'
import { workspaceRules } from '../../src/azure/log-analytics-workspace.ts'
import { roleAssignmentRules } from '../../src/azure/role-assignment.ts'
import type { Rules } from '../../src/engine/adapter.ts'
import { makePlan, type Plan } from '../../src/engine/plan.ts'
import { type Actual, type ActualSet, addressOf, type Ownership } from '../../src/engine/resource.ts'
import type { Inputs } from '../../src/inputs/inputs.ts'
import type { Permissions } from '../../src/inputs/permissions.ts'
import { desiredFrom, type Surroundings } from '../../src/spec/desired.ts'
import type {
  AzureResource,
  ContainerGroup,
  RoleAssignment,
  RoleAssignmentProperties,
} from '../../src/spec/resources.ts'
import { roleName } from '../../src/spec/roles.ts'
import { actualGroup, desiredGroup, PRINCIPAL_ID, SUBSCRIPTION_ID, someInputs, someSurroundings } from '../builders.ts'

export const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`
export const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg-platform'
export const VAULT = `${SUBSCRIPTION}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/kv-apono`
export const IDENTITY = `${SUBSCRIPTION}/resourceGroups/rg-apono/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
export const MARK = `Apono connector apono-connector, kept by azure-connector-action for ${SUBSCRIPTION_ID}/rg-apono`

export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
export const USER_ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
export const RBAC_ADMINISTRATOR = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
export const TAG_CONTRIBUTOR = '4a9ae827-6dc8-4573-8ac7-8239d42aa03f'
export const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'
export const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
/** A role of somebody's own, which only Azure can tell the id of. */
export const CUSTOM = '2f0c6f1a-6d53-4e8b-9b7c-0d1e2f3a4b5c'

type Granted = Extract<Permissions, { scope: 'subscription' }>

/** Permissions on the subscription, without Entra unless `changes` says otherwise. */
export function onSubscription(changes: Partial<Granted> = {}): Granted {
  return { scope: 'subscription', directoryReaders: false, disableLocks: false, constrainRoles: 'none', ...changes }
}

export function onManagementGroup(changes: Partial<Omit<Granted, 'scope'>> = {}): Permissions {
  return { ...onSubscription(changes), scope: 'management-group', managementGroup: 'mg-platform' }
}

/** Everything that these inputs ask for. */
export function desiredOf(changes: Partial<Inputs>, around: Partial<Surroundings> = {}): AzureResource[] {
  return [...desiredFrom(someInputs(changes), someSurroundings(around), new Map()).values()]
}

/** What such inputs ask for besides the group. */
export function grantsOf(changes: Partial<Inputs>, around: Partial<Surroundings> = {}): AzureResource[] {
  return desiredOf(changes, around).filter(({ kind }) => kind !== 'container-group')
}

/** A directory role is there or not: nothing of it changes in place. */
const RULES: Readonly<Record<AzureResource['kind'], Rules>> = {
  'container-group': containerGroupRules,
  'role-assignment': roleAssignmentRules,
  'directory-role-assignment': { impactOf: () => 'replace', knownAfterApply: [] },
  'log-analytics-workspace': workspaceRules,
}

/** The plan from what is there to what these inputs ask for. */
export function planFor(
  changes: Partial<Inputs>,
  existing: readonly Actual<AzureResource>[] = [],
  around: Partial<Surroundings> = {},
): Plan<AzureResource> {
  const desired = new Map(desiredOf(changes, around).map((resource) => [resource.address, resource] as const))
  return makePlan(desired, setOf(existing), ({ kind }) => RULES[kind])
}

export function setOf(existing: readonly Actual<AzureResource>[]): ActualSet<AzureResource> {
  return new Map(existing.map((one) => [one.resource.address, one]))
}

/** The group of these inputs as it stands in Azure. */
export function existingGroup(changes: Partial<Inputs> = {}): Actual<ContainerGroup> {
  return actualGroup(desiredGroup(changes).properties)
}

/** What such inputs ask for, as it stands in Azure after an apply, ours unless `ownership` says otherwise. */
export function existingGrants(changes: Partial<Inputs>, ownership: Ownership = { by: 'us' }): Actual<AzureResource>[] {
  return grantsOf(changes, { principal: PRINCIPAL_ID }).map((resource, index) => ({
    resource,
    armId: idOfGrant('scope' in resource.properties ? resource.properties.scope : '', index),
    ownership,
    health: { is: 'ready' },
    attributes: {},
  }))
}

/** A grant that the inputs do not ask for: it stands under its own name in Azure. */
export function furtherGrant(
  index: number,
  ownership: Ownership,
  changes: Partial<RoleAssignmentProperties> = {},
): Actual<RoleAssignment> {
  const properties: RoleAssignmentProperties = {
    scope: SUBSCRIPTION,
    role: READER,
    principal: PRINCIPAL_ID,
    condition: null,
    description: ownership.by === 'us' ? MARK : null,
    ...changes,
  }
  const armId = idOfGrant(properties.scope, index)
  const name = `${roleName(properties.role)} on ${properties.scope}`
  const address = addressOf('role-assignment', armId.split('/').at(-1) ?? '')
  return {
    resource: { kind: 'role-assignment', address, name, properties },
    armId,
    ownership,
    health: { is: 'ready' },
    attributes: { 'role-assignment-id': armId },
  }
}

function idOfGrant(scope: string, index: number): string {
  const name = `${String(index).padStart(8, '0')}-1111-4222-8333-444455556666`
  return `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`
}
