/** What a type of Terraform or Bicep takes (`!` marks what is needed) and, of Terraform's, what can be read of it besides. */
export type Known = { readonly takes: string; readonly tells?: string }

/** https://registry.terraform.io/browse/providers: azurerm 5, azuread 3, github 6 */
export const TERRAFORM: Readonly<Record<string, Known>> = {
  'data azurerm_client_config': { takes: '', tells: 'client_id tenant_id subscription_id object_id' },
  'data azuread_service_principal': { takes: 'client_id! display_name object_id', tells: 'app_role_ids object_id' },
  'resource azurerm_resource_group': { takes: 'name! location! tags', tells: 'id' },
  'resource azurerm_resource_provider_registration': { takes: 'name!', tells: 'id' },
  'resource azurerm_user_assigned_identity': {
    takes: 'name! location! resource_group_name! tags',
    tells: 'id client_id principal_id tenant_id',
  },
  'resource azurerm_federated_identity_credential': {
    takes: 'name! user_assigned_identity_id! issuer! subject! audience!',
    tells: 'id',
  },
  'resource azurerm_role_assignment': {
    takes: 'scope! role_definition_name! principal_id! principal_type condition condition_version description',
    tells: 'id',
  },
  'resource azuread_app_role_assignment': {
    takes: 'app_role_id! principal_object_id! resource_object_id!',
    tells: 'id',
  },
  'resource github_actions_variable': { takes: 'repository! variable_name! value!', tells: 'id' },
}

/** https://learn.microsoft.com/azure/templates; `properties` are those inside of it. */
export const BICEP: Readonly<Record<string, { readonly takes: string; readonly properties: string }>> = {
  'Microsoft.Resources/resourceGroups@2024-03-01': { takes: 'name! location! tags', properties: '' },
  'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31': { takes: 'name! location! tags', properties: '' },
  federatedIdentityCredentials: { takes: 'name! properties!', properties: 'issuer! subject! audiences!' },
  'Microsoft.Authorization/roleAssignments@2022-04-01': {
    takes: 'name! scope properties!',
    properties: 'roleDefinitionId! principalId! principalType condition conditionVersion description',
  },
}

/** What is needed and not given, or given and not known, in such a list. */
export function faultsIn(given: readonly string[], list: string, where: string): string[] {
  const known = list.split(' ').filter((name) => name !== '')
  const names = known.map((name) => name.replace('!', ''))
  const missing = known.filter((name) => name.endsWith('!') && !given.includes(name.slice(0, -1)))
  return [
    ...given.filter((name) => !names.includes(name)).map((name) => `${where} has no ${name}`),
    ...missing.map((name) => `${where} lacks ${name.slice(0, -1)}`),
  ]
}
