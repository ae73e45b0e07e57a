import type { Change, Plan } from '../engine/plan.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { AzureResource } from './resources.ts'
import { workspaceId } from './workspace.ts'

/** Something the workflow's identity has to be allowed to do. */
export type Right =
  | { readonly in: 'azure'; readonly action: string; readonly scope: string }
  | { readonly in: 'entra'; readonly permission: string }

/** The rights that carrying out this plan takes. Pure. */
export function rightsFor(plan: Plan<AzureResource>, inputs: Inputs): Right[] {
  const rights = plan.changes.flatMap((change) => rightsForChange(change, inputs))
  return [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()]
}

/** Registering a resource provider is a right on the subscription. */
export function rightToRegister({ subscriptionId }: Pick<Inputs, 'subscriptionId'>, namespace: string): Right {
  return {
    in: 'azure',
    action: `${namespace}/register/action`,
    scope: `/subscriptions/${subscriptionId}`,
  }
}

/** The smallest built-in role for an action, by what the action begins with; Reader for what only reads. */
const ROLES: readonly (readonly [action: RegExp, role: string])[] = [
  [/\/read$/i, 'Reader'],
  [/^Microsoft\.Authorization\/roleAssignments\//i, 'Role Based Access Control Administrator'],
  [/^Microsoft\.ManagedIdentity\//i, 'Managed Identity Operator'],
  [/\/register\/action$/i, 'Contributor'],
  [/^Microsoft\.ContainerInstance\//i, 'Azure Container Instances Contributor Role'],
  [/^Microsoft\.Network\//i, 'Network Contributor'],
  [/^Microsoft\.OperationalInsights\//i, 'Log Analytics Contributor'],
]

/** What gives somebody an action at a scope, as a sentence and a command to paste. */
export function grantHint(clientId: string, action: string, scope: string): string {
  const role = ROLES.find(([pattern]) => pattern.test(action))?.[1]
  if (role === undefined) return `Give the workflow's identity a role that has ${action} at ${scope}.`
  return [
    `"${role}" there is enough for this (a new grant takes up to ten minutes to work):`,
    `  az role assignment create --assignee ${clientId} --role "${role}" --scope '${scope}'`,
  ].join('\n')
}

function rightsForChange(change: Change<AzureResource>, inputs: Inputs): Right[] {
  if (change.action === 'no-op') return []
  const resource = 'after' in change ? change.after : change.before.resource
  const resourceGroup = `/subscriptions/${inputs.subscriptionId}/resourceGroups/${inputs.resourceGroup}`
  const verbs = (type: string, scope: string) =>
    verbsOf(change).map((verb): Right => ({ in: 'azure', action: `${type}/${verb}`, scope }))
  switch (resource.kind) {
    case 'container-group': {
      const rights = verbs('Microsoft.ContainerInstance/containerGroups', resourceGroup)
      return setsAll(change)
        ? [...rights, ...identityRights(inputs), ...subnetRights(inputs), ...keyRights(inputs, resourceGroup)]
        : rights
    }
    case 'role-assignment':
      return verbs('Microsoft.Authorization/roleAssignments', resource.properties.scope)
    case 'directory-role-assignment':
      return [{ in: 'entra', permission: 'RoleManagement.ReadWrite.Directory' }]
    case 'log-analytics-workspace':
      return verbs('Microsoft.OperationalInsights/workspaces', resourceGroup)
  }
}

/** What a change does to the thing itself. */
export function verbsOf({ action }: Change): ('write' | 'delete')[] {
  if (action === 'delete') return ['delete']
  return action === 'replace' ? ['delete', 'write'] : ['write']
}

/** A write of the whole group sets its identities, network and log target again; a change of tags does not. */
function setsAll(change: Change): boolean {
  return change.action === 'update' ? change.impact !== 'none' : change.action !== 'delete'
}

/** Giving an identity to a group takes a right on that identity. */
function identityRights({ identity }: Inputs): Right[] {
  if (identity.type === 'SystemAssigned') return []
  const action = 'Microsoft.ManagedIdentity/userAssignedIdentities/assign/action'
  return identity.ids.map((scope) => ({ in: 'azure', action, scope }))
}

/** Joining a subnet takes a right on it. */
function subnetRights({ subnet }: Inputs): Right[] {
  if (subnet === null) return []
  return [{ in: 'azure', action: 'Microsoft.Network/virtualNetworks/subnets/join/action', scope: subnet.id }]
}

/** Reader does not read keys. Of a workspace that is still to be made, the rights on its resource group count. */
function keyRights(inputs: Inputs, resourceGroup: string): Right[] {
  const id = workspaceId(inputs)
  if (id === undefined) return []
  const scope = inputs.logAnalytics.to === 'own' ? resourceGroup : id
  return [{ in: 'azure', action: 'Microsoft.OperationalInsights/workspaces/sharedKeys/action', scope }]
}
