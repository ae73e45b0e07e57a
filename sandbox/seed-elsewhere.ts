import { BUILT_IN_ROLES } from './role-definitions.ts'
import { managementGroupId } from './scopes.ts'
import { addResourceGroup, addRoleAssignment } from './subscription-content.ts'
import type { Application, World } from './world.ts'

const MANAGEMENT_GROUP = 'mg-sandbox'

/**
 * A part of the company beside the one where connectors are deployed: what is granted here is seen neither from that subscription
 * nor from the management groups above it. The deployer may do the same here as there.
 */
export function addElsewhere(world: World, tenantId: string, { objectId: principalId }: Application): void {
  const subscriptionId = world.random.guid()
  world.managementGroups.push({ name: MANAGEMENT_GROUP, displayName: 'Acme Sandbox', tenantId, parent: tenantId })
  world.subscriptions.push({
    subscriptionId,
    tenantId,
    displayName: 'Acme Sandbox',
    managedByTenants: [],
    managementGroup: MANAGEMENT_GROUP,
    providers: new Map([
      ['Microsoft.ContainerInstance', 'NotRegistered'],
      ['Microsoft.ManagedIdentity', 'NotRegistered'],
      ['Microsoft.Network', 'NotRegistered'],
      ['Microsoft.OperationalInsights', 'NotRegistered'],
    ]),
    registeredFrom: new Map(),
  })
  addResourceGroup(world, { name: 'rg-sandbox', location: 'westeurope', subscriptionId })
  for (const scope of [`/subscriptions/${subscriptionId}`, managementGroupId(MANAGEMENT_GROUP)]) {
    for (const { guid } of [BUILT_IN_ROLES.contributor, BUILT_IN_ROLES.userAccessAdministrator])
      addRoleAssignment(world, { scope, roleDefinitionId: guid, principalId })
  }
}
