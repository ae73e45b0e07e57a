import type { Change, Plan } from '../engine/plan.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource } from './resources.ts'

/** Something the workflow's identity has to be allowed to do, and the smallest built-in role that allows it. */
export type Right =
  | { readonly in: 'azure'; readonly action: string; readonly scope: string; readonly role: string }
  | { readonly in: 'entra'; readonly permission: string }

const GROUPS = 'Azure Container Instances Contributor Role'
const GRANTS = 'Role Based Access Control Administrator'

/** The rights that carrying out this plan takes. Pure. */
export function rightsFor(plan: Plan<AzureResource>, inputs: Inputs): Right[] {
  const rights = plan.changes.flatMap((change) => rightsForChange(change, inputs))
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()]
}

function rightsForChange(change: Change<AzureResource>, inputs: Inputs): Right[] {
  if (change.action === 'no-op') return []
  const resource = 'after' in change ? change.after : change.before.resource
  switch (resource.kind) {
    case 'container-group':
      return [
        {
          in: 'azure',
          action: 'Microsoft.ContainerInstance/containerGroups/write',
          scope: groupScope(inputs),
          role: GROUPS,
        },
        ...identityRights(inputs),
      ]
    case 'role-assignment': {
      const verb = change.action === 'delete' ? 'delete' : 'write'
      return [
        {
          in: 'azure',
          action: `Microsoft.Authorization/roleAssignments/${verb}`,
          scope: resource.properties.scope,
          role: GRANTS,
        },
      ]
    }
    case 'directory-role-assignment':
      return [{ in: 'entra', permission: 'RoleManagement.ReadWrite.Directory' }]
  }
}

function groupScope({ subscriptionId, resourceGroup }: Inputs): string {
  return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`
}

/** Giving an identity to a group takes a right on that identity. */
function identityRights({ identity }: Inputs): Right[] {
  if (identity.type === 'SystemAssigned') return []
  const action = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
  return identity.ids.map((scope) => ({ in: 'azure', action, scope, role: 'Managed Identity Operator' }))
}
