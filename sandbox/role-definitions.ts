/** A role: what it allows. Of the data actions only those of Key Vault decide anything, as no other endpoint here is about data. */
export type RoleDefinition = {
  readonly guid: string
  readonly roleName: string
  readonly description: string
  readonly actions: readonly string[]
  readonly notActions: readonly string[]
  readonly dataActions?: readonly string[]
}

/** What nearly every service-specific built-in role carries besides its own actions. */
const COMMON = [
  'Microsoft.Authorization/*/read',
  'Microsoft.Insights/alertRules/*',
  'Microsoft.Resources/deployments/*',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
  'Microsoft.Support/*',
]

/** Built-in roles, by https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const BUILT_IN_ROLES = {
  owner: {
    guid: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    roleName: 'Owner',
    description: 'Full access to manage all resources, including assigning roles.',
    actions: ['*'],
    notActions: [],
  },
  contributor: {
    guid: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    roleName: 'Contributor',
    description: 'Full access to manage all resources, without assigning roles.',
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
      'Microsoft.Blueprint/blueprintAssignments/write',
      'Microsoft.Blueprint/blueprintAssignments/delete',
      'Microsoft.Compute/galleries/share/action',
      'Microsoft.Purview/consents/write',
      'Microsoft.Purview/consents/delete',
    ],
  },
  reader: {
    guid: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    roleName: 'Reader',
    description: 'View all resources, without changing any.',
    actions: ['*/read'],
    notActions: [],
  },
  userAccessAdministrator: {
    guid: '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9',
    roleName: 'User Access Administrator',
    description: 'Manage user access to Azure resources.',
    actions: ['*/read', 'Microsoft.Authorization/*', 'Microsoft.Support/*'],
    notActions: [],
  },
  roleBasedAccessControlAdministrator: {
    guid: 'f58310d9-a9f6-439a-9e8d-f62e7b41a168',
    roleName: 'Role Based Access Control Administrator',
    description: 'Manage access to Azure resources by assigning roles, and nothing else.',
    actions: [
      'Microsoft.Authorization/roleAssignments/write',
      'Microsoft.Authorization/roleAssignments/delete',
      '*/read',
      'Microsoft.Support/*',
    ],
    notActions: [],
  },
  tagContributor: {
    guid: '4a9ae827-6dc8-4573-8ac7-8239d42aa03f',
    roleName: 'Tag Contributor',
    description: 'Manage tags on entities, without access to the entities themselves.',
    actions: [
      ...COMMON,
      'Microsoft.Resources/subscriptions/resourceGroups/resources/read',
      'Microsoft.Resources/subscriptions/resources/read',
      'Microsoft.Resources/tags/*',
    ],
    notActions: [],
  },
  logAnalyticsContributor: {
    guid: '92aaf0da-9dab-42b6-94a3-d43ce8d16293',
    roleName: 'Log Analytics Contributor',
    description: 'Read all monitoring data and edit monitoring settings.',
    actions: [
      '*/read',
      'Microsoft.ClassicCompute/virtualMachines/extensions/*',
      'Microsoft.ClassicStorage/storageAccounts/listKeys/action',
      'Microsoft.Compute/virtualMachines/extensions/*',
      'Microsoft.HybridCompute/machines/extensions/write',
      'Microsoft.Insights/alertRules/*',
      'Microsoft.Insights/diagnosticSettings/*',
      'Microsoft.OperationalInsights/*',
      'Microsoft.OperationsManagement/*',
      'Microsoft.Resources/deployments/*',
      'Microsoft.Resources/subscriptions/resourcegroups/deployments/*',
      'Microsoft.Storage/storageAccounts/listKeys/action',
      'Microsoft.Support/*',
    ],
    notActions: [],
  },
  containerInstancesContributor: {
    guid: '5d977122-f97e-4b4d-a52f-6b43003ddb4d',
    roleName: 'Azure Container Instances Contributor Role',
    description: 'Read and write container groups of Azure Container Instances.',
    actions: [...COMMON, 'Microsoft.ContainerInstance/containerGroups/*'],
    notActions: [],
  },
  managedIdentityOperator: {
    guid: 'f1a07417-d97a-45cb-824c-7a7467783830',
    roleName: 'Managed Identity Operator',
    description: 'Read and assign user-assigned identities.',
    actions: [
      ...COMMON,
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/read',
      'Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action',
    ],
    notActions: [],
  },
  networkContributor: {
    guid: '4d97b98b-1d4f-4787-a291-c67834d212e7',
    roleName: 'Network Contributor',
    description: 'Manage networks, without access to them.',
    actions: [...COMMON, 'Microsoft.Network/*', 'Microsoft.ResourceHealth/availabilityStatuses/read'],
    notActions: [],
  },
  acrPull: {
    guid: '7f951dda-4ed3-4680-a7ca-43fe172d538d',
    roleName: 'AcrPull',
    description: 'Pull images from a container registry.',
    actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
    notActions: [],
  },
  keyVaultSecretsUser: {
    guid: '4633458b-17de-408a-b874-0445c86b69e6',
    roleName: 'Key Vault Secrets User',
    description: 'Read the contents of secrets.',
    actions: [],
    notActions: [],
    dataActions: [
      'Microsoft.KeyVault/vaults/secrets/getSecret/action',
      'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
    ],
  },
  kubernetesReader: {
    guid: '7f6c6a51-bcf8-42ba-9220-52d62157d7db',
    roleName: 'Azure Kubernetes Service RBAC Reader',
    description: 'See most objects in a namespace of a cluster, without roles and secrets.',
    actions: COMMON,
    notActions: [],
    dataActions: ['Microsoft.ContainerService/managedClusters/pods/read'],
  },
  kubernetesWriter: {
    guid: 'a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb',
    roleName: 'Azure Kubernetes Service RBAC Writer',
    description: 'Change most objects in a namespace of a cluster, without roles.',
    actions: COMMON,
    notActions: [],
    dataActions: [
      'Microsoft.ContainerService/managedClusters/pods/*',
      'Microsoft.ContainerService/managedClusters/secrets/*',
    ],
  },
} as const satisfies Record<string, RoleDefinition>

const BUILT_IN: readonly RoleDefinition[] = Object.values(BUILT_IN_ROLES)

/** Roles that somebody made, beside those that every tenant has. */
type Roles = { readonly customRoles: readonly RoleDefinition[] }

export function roleDefinitionsIn({ customRoles }: Roles): readonly RoleDefinition[] {
  return [...BUILT_IN, ...customRoles]
}

export function isBuiltIn(role: RoleDefinition): boolean {
  return BUILT_IN.includes(role)
}

/** The role a role definition id names, whatever subscription or scope it is prefixed with. */
export function findRoleDefinition(roles: Roles, roleDefinitionId: string): RoleDefinition | undefined {
  const guid = roleDefinitionId.split('/').at(-1)?.toLowerCase()
  return roleDefinitionsIn(roles).find((role) => role.guid === guid)
}
