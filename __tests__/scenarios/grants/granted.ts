import { fieldsOf, itemsOf } from '../../specs/json.ts'
import { openStage, type Stage } from '../../stage.ts'

/** Roles by GUID: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const OWNER = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635'
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7'
export const ACCESS_ADMINISTRATOR = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9'
export const RBAC_ADMINISTRATOR = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
export const TAG_CONTRIBUTOR = '4a9ae827-6dc8-4573-8ac7-8239d42aa03f'
export const LOG_ANALYTICS_CONTRIBUTOR = '92aaf0da-9dab-42b6-94a3-d43ce8d16293'
export const KEY_VAULT_SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6'

export const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg-platform'
/** Beside the one above: no ancestor of the subscription of the inputs. */
export const OTHER_MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg-sandbox'

/** A role assignment as the sandbox keeps it. */
export type Granted = {
  readonly id: string
  readonly name: string
  readonly scope: string
  readonly role: string
  readonly principal: string
  readonly type: string
  readonly condition: string | null
  readonly description: string | null
}

/** Every role assignment that a principal holds, or that anybody holds. */
export function grantsOf({ control }: Stage, principal?: string): Granted[] {
  return Object.values(fieldsOf(control.snapshot().roleAssignments))
    .map((record) => grantedFrom(fieldsOf(fieldsOf(record).body)))
    .filter((grant) => principal === undefined || grant.principal === principal)
    .sort((a, b) => `${a.scope} ${a.role}`.localeCompare(`${b.scope} ${b.role}`))
}

function grantedFrom({ id, name, properties }: Readonly<Record<string, unknown>>): Granted {
  const { scope, roleDefinitionId, principalId, principalType, condition, description } = fieldsOf(properties)
  return {
    id: String(id),
    name: String(name),
    scope: String(scope),
    role: String(roleDefinitionId).split('/').at(-1) ?? '',
    principal: String(principalId),
    type: String(principalType),
    condition: typeof condition === 'string' ? condition : null,
    description: typeof description === 'string' ? description : null,
  }
}

/** `role at scope` of grants, short enough to compare. */
export function rolesOf(stage: Stage, principal?: string): string[] {
  return grantsOf(stage, principal).map(({ role, scope }) => `${role} at ${scope}`)
}

/** Principals that hold Directory Readers, whether or not Graph's lists show it yet. */
export function directoryReadersIn({ control }: Stage): string[] {
  return itemsOf(control.snapshot().tenants)
    .flatMap((tenant) => itemsOf(fieldsOf(tenant).directoryRoleAssignments))
    .map(fieldsOf)
    .filter(({ shownUntil }) => shownUntil === undefined)
    .map(({ principalId }) => String(principalId))
}

export function subscriptionOf({ sandbox }: Stage): string {
  return `/subscriptions/${sandbox.inputs['subscription-id']}`
}

/** The subscription in that other management group. */
export function otherSubscriptionOf({ control }: Stage): string {
  const others = itemsOf(control.snapshot().subscriptions).map(fieldsOf)
  return `/subscriptions/${others.find(({ displayName }) => displayName === 'Acme Sandbox')?.subscriptionId}`
}

export function resourceGroupOf(stage: Stage): string {
  return `${subscriptionOf(stage)}/resourceGroups/${stage.sandbox.inputs['resource-group']}`
}

/** The user-assigned identity that stands in the sandbox. */
export function identityOf(stage: Stage): { readonly id: string; readonly principal: string } {
  const id = `${resourceGroupOf(stage)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-apono`
  return { id, principal: String(fieldsOf(stage.control.resource(id)?.properties).principalId) }
}

/** Inputs that make the connector act through that identity. */
export function throughIdentity(stage: Stage): Readonly<Record<string, string>> {
  return { 'identity-type': 'UserAssigned', 'identity-ids': identityOf(stage).id }
}

export function applicationOf({ control }: Stage, displayName: string): { clientId: string; objectId: string } {
  const found = control.applications().find((application) => application.displayName === displayName)
  if (found === undefined) throw new Error(`there is no application ${displayName}`)
  return found
}

/** `is_azure_admin` of the connector's metadata. */
export function isAdmin(stage: Stage, name?: string): unknown {
  const [container] = stage.stored(name)?.properties.containers ?? []
  const variable = container?.properties?.environmentVariables?.find((each) => each.name === 'CONNECTOR_METADATA')
  return fieldsOf(JSON.parse(variable?.value ?? '{}')).is_azure_admin
}

/** What Azure and Graph say when they refuse, to be injected. */
export const refusal = (status: number, code: string, message = code, headers: Record<string, string> = {}) =>
  ({ kind: 'reply', status, headers, body: { error: { code, message } } }) as const

export const GRANTS_PATH = '/providers/Microsoft.Authorization/roleAssignments'
export const DIRECTORY_PATH = '/v1.0/roleManagement/directory/roleAssignments'

/**
 * Does the work on a stage where grants outlive who held them. Azure gives such a principal the type `Unknown`, which its own
 * description does not list: https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
export async function onStageWithOrphans(work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await openStage()
  await work(stage)
  const problems = await stage.close().then(
    () => '',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
  const others = problems
    .split('\n')
    .filter((line) => !line.includes('principalType must be equal to one of the allowed'))
  if (others.some((line) => line !== '')) throw new Error(others.join('\n'))
}
