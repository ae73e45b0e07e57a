import type { SimpleCommand } from './simple-commands.ts'

/**
 * Commands that our documentation and messages may use, with their options; `!` marks those that are needed, `|` those of which one is. As in
 * https://learn.microsoft.com/cli/azure/reference-index, https://cli.github.com/manual and
 * https://developer.hashicorp.com/terraform/cli/commands
 */
const COMMANDS: Readonly<Record<string, string>> = {
  'az account list': 'all refresh',
  'az account management-group list': '',
  'az account show': 'name',
  'az acr import': 'name! source! image username password force registry',
  'az ad app create': 'display-name! sign-in-audience',
  'az ad app credential reset': 'id! append cert create-cert end-date years',
  'az ad app federated-credential create': 'id! parameters!',
  'az ad app list': 'display-name filter app-id all',
  'az ad sp create': 'id!',
  'az ad sp list': 'display-name filter all',
  'az ad sp show': 'id!',
  'az container delete': 'resource-group name ids yes',
  'az container logs': 'resource-group name ids container-name follow',
  'az container show': 'ids|resource-group name',
  'az deployment sub create': 'location! template-file parameters name',
  'az group create': 'name! location! tags',
  'az identity create': 'name! resource-group! location tags',
  'az identity federated-credential create': 'name! identity-name! resource-group! issuer! subject! audiences!',
  'az identity list': 'resource-group',
  'az identity show': 'ids|name resource-group',
  'az keyvault secret show': 'id vault-name name version',
  'az lock delete': 'ids!',
  'az lock list': 'resource-group',
  'az login': 'tenant service-principal username federated-token identity',
  'az monitor log-analytics workspace list': 'resource-group',
  'az network vnet subnet create': 'name! resource-group! vnet-name! address-prefixes delegations',
  'az network vnet subnet update': 'ids! delegations nat-gateway',
  'az provider register': 'namespace! wait',
  'az resource update': 'ids! set',
  'az rest': 'url! method body headers resource',
  'az role assignment create':
    'role! assignee|assignee-object-id assignee-principal-type scope! condition condition-version description name',
  'az role assignment list': 'all assignee scope',
  'az role definition create': 'role-definition!',
  'az role definition list': 'name custom-role-only scope',
  'az vm identity assign': 'resource-group name ids identities',
  'gh api': 'jq method',
  'gh attestation verify': 'repo owner',
  'gh release verify': 'repo',
  'gh secret list': 'repo env',
  'gh secret set': 'repo env body',
  'gh variable list': 'repo env',
  'gh variable set': 'repo! env body!',
  'terraform state list': '',
  'terraform state rm': 'dry-run',
}

/** What every command of az takes: https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-troubleshooting#common-options */
const OF_AZ = 'output query subscription only-show-errors verbose debug'

/** Azure roles by name that our documentation may give: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES = [
  'Reader',
  'Contributor',
  'User Access Administrator',
  'Role Based Access Control Administrator',
  'Azure Container Instances Contributor Role',
  'Managed Identity Operator',
  'Network Contributor',
  'Log Analytics Contributor',
  'Key Vault Secrets User',
]

/** What is wrong with a command, a line each; nothing is known of those of other programs. */
export function faultsIn(command: SimpleCommand, customRoles: readonly string[]): string[] {
  const [program = ''] = command
  if (!['az', 'gh', 'terraform'].includes(program)) return []
  const said = command.join(' ')
  // The longest wins: one command's name may begin with another's.
  const name = Object.keys(COMMANDS)
    .filter((known) => `${said} `.startsWith(`${known} `))
    .sort((one, other) => other.length - one.length)[0]
  if (name === undefined) return [`${said}: no such command`]
  const options = command.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/^--?/, ''))
  const known = optionsOf(`${COMMANDS[name]} ${program === 'az' ? OF_AZ : ''}`)
  const wrong = options.filter((option) => !known.some(({ either }) => either.includes(option)))
  const missing = known.filter(({ isNeeded, either }) => isNeeded && !either.some((one) => options.includes(one)))
  return [
    ...wrong.map((option) => `${said}: no option --${option}`),
    ...missing.map(({ either }) => `${said}: lacks --${either.join(' or --')}`),
    ...unknownRoles(command, customRoles).map((role) => `${said}: no role ${role}`),
  ]
}

type Option = { readonly either: readonly string[]; readonly isNeeded: boolean }

function optionsOf(list: string): Option[] {
  const words = list.split(' ').filter((word) => word !== '')
  return words.map((word) => {
    const either = word.replace('!', '').split('|')
    return { either, isNeeded: word.endsWith('!') || either.length > 1 }
  })
}

/** A role that a variable or the reader names is any. */
function unknownRoles(command: SimpleCommand, customRoles: readonly string[]): string[] {
  const role = command[command.indexOf('--role') + 1]
  if (!command.includes('--role') || role === undefined || /[$<]/.test(role)) return []
  return [...ROLES, ...customRoles].includes(role) ? [] : [role]
}
