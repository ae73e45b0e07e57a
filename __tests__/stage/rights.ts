import { fieldsOf } from '../specs/json.ts'
import type { Stage } from '../stage.ts'

/** Built-in roles: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES = {
  Contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
  Reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  'Azure Container Instances Contributor Role': '5d977122-f97e-4b4d-a52f-6b43003ddb4d',
} as const
export type RoleName = keyof typeof ROLES

type Application = { readonly clientId: string; readonly objectId: string }

/** One of the applications of the sandbox: `deployer`, `limited` or `planner`. */
export function applicationNamed(name: string, { control }: Stage): Application {
  const found = control.applications().find(({ displayName }) => displayName === name)
  if (found === undefined) throw new Error(`there is no application ${name}`)
  return found
}

/** From now on the deployer may do this and nothing else. */
export function grantOnly(stage: Stage, ...grants: readonly (readonly [role: RoleName, scope: string])[]): void {
  const { control } = stage
  const { objectId: principalId } = applicationNamed('deployer', stage)
  for (const record of Object.values(fieldsOf(control.snapshot().roleAssignments)).map(fieldsOf)) {
    if (fieldsOf(fieldsOf(record.body).properties).principalId === principalId)
      control.deleteResource(String(record.id))
  }
  for (const [role, scope] of grants) control.addRoleAssignment({ scope, roleDefinitionId: ROLES[role], principalId })
}

/** The scopes of the inputs. */
export function scopesOf({ sandbox }: Stage): { readonly subscription: string; readonly resourceGroup: string } {
  const subscription = `/subscriptions/${sandbox.inputs['subscription-id']}`
  return { subscription, resourceGroup: `${subscription}/resourceGroups/${sandbox.inputs['resource-group']}` }
}
