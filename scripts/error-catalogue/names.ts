import type { Explanations } from './explanation.ts'

/** What the inputs name, and Azure does not have. */
export const names = {
  'subscription-not-found': {
    meaning: "The workflow's identity sees no such subscription.",
    causes: [
      'The identity holds no role in it: Azure says the same as for an id that does not exist.',
      '`subscription-id` is wrong, or of another tenant.',
    ],
    fix: '```sh\naz account list --query "[].{name:name, id:id, tenant:tenantId}" --output table\naz role assignment list --all --assignee <client-id> --subscription <subscription-id> --output table\n```',
  },
  'resource-group-not-found': {
    meaning: 'The resource group does not exist in the subscription. The action does not make one.',
    causes: ['A typing mistake in `resource-group`, or the wrong `subscription-id`.'],
    fix: '```sh\naz group create --subscription <subscription-id> --name <name> --location <region>\n```',
  },
  'role-not-found': {
    meaning: 'A role of `constrain-roles` or `extra-role-assignments` does not exist.',
    causes: [
      'A typing mistake: names of roles are compared as they are written in Azure.',
      'A custom role that cannot be assigned in this subscription.',
    ],
    fix: '```sh\naz role definition list --subscription <subscription-id> --query "[].roleName" --output tsv\n```',
  },
  'scope-not-found': {
    meaning: "A management group or a scope does not exist, or the workflow's identity may not read it.",
    causes: ['The display name of a management group was given in place of its id.', 'The identity has no role there.'],
    fix: '```sh\naz account management-group list --query "[].{id:name, displayName:displayName}" --output table\n```',
  },
  'secret-not-usable': {
    meaning: 'The Key Vault secret of `apono-token-secret` gives no token.',
    causes: [
      'It does not exist, was deleted or is disabled.',
      'It is expired, or not to be used yet.',
      'It holds something else than the token.',
    ],
    fix: '```sh\naz keyvault secret show --id <secret-url> --query attributes\n```',
  },
  'identity-not-usable': {
    meaning: 'A user-assigned identity of `identity-ids` does not exist, is of another tenant, or cannot be read.',
    causes: ['A wrong id.', 'Managed Identity Operator is missing on the identity.'],
    fix: '```sh\naz identity list --query "[].id" --output tsv\n```',
  },
  'location-not-available': {
    meaning: 'Azure Container Instances is not offered in this region.',
    causes: ['`location` names a region that has none, or the resource group lies in one.'],
    fix: 'Choose one of the regions that the message lists as `location`.',
  },
  'image-not-accessible': {
    meaning: "Azure cannot pull the connector's image.",
    causes: [
      "The Apono token is wrong or was revoked: it is the registry's password too.",
      'The `connector-version` does not exist.',
      'The registry had a passing fault.',
    ],
    fix: 'Copy the token again from Apono (Connectors › Install Connector) into the secret, check `connector-version`, run again.',
  },
  'subnet-not-usable': {
    meaning: 'The container group cannot be put into the subnet.',
    causes: ['The subnet is not delegated to container groups.', 'It is in another region or subscription.'],
    fix: '```sh\naz network vnet subnet update --ids <subnet-id> --delegations Microsoft.ContainerInstance/containerGroups\n```',
  },
  'workspace-not-usable': {
    meaning: 'The connector cannot send its log to the Log Analytics workspace that `log-analytics` names.',
    causes: [
      'There is no such workspace, or the workflow may not read it.',
      'It takes no keys: local authentication is disabled.',
    ],
    fix: '```sh\naz monitor log-analytics workspace list --query "[].id" --output tsv\naz resource update --ids <workspace-id> --set properties.features.disableLocalAuth=false\n```',
  },
} satisfies Explanations
