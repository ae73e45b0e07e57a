import { flagOf } from '../../stage/failure.ts'
import { plainLog } from '../../stage/result.ts'
import type { Stage } from '../../stage.ts'
import { applicationOf, RBAC_ADMINISTRATOR, READER } from './granted.ts'

/** Roles that the action's advice names. */
export const BUILT_IN: Readonly<Record<string, string>> = {
  'Role Based Access Control Administrator': RBAC_ADMINISTRATOR,
  'Azure Container Instances Contributor Role': '5d977122-f97e-4b4d-a52f-6b43003ddb4d',
  'Managed Identity Operator': 'f1a07417-d97a-45cb-824c-7a7467783830',
}

/** The client id of an application, as an input. */
export const as = (stage: Stage, name: string) => ({ 'client-id': applicationOf(stage, name).clientId })

/** Warnings in the log, by their first lines. */
export function warningsIn(log: { readonly log: string }): string[] {
  return plainLog(log)
    .split('\n')
    .filter((line) => line.startsWith('Warning'))
}

/** Does what a printed `az role assignment create` says. */
export function carryOut(stage: Stage, command: string): void {
  const client = flagOf(command, 'assignee')
  const principal = stage.control.applications().find(({ clientId }) => clientId === client)
  const roleDefinitionId = BUILT_IN[flagOf(command, 'role')]
  if (principal === undefined || roleDefinitionId === undefined) throw new Error(`cannot carry out ${command}`)
  const scope = flagOf(command, 'scope')
  stage.control.addRoleAssignment({ scope, roleDefinitionId, principalId: principal.objectId })
}

/** Somebody who may do nothing yet but read the subscription. */
export function newcomer({ control }: Stage, scope: string): { 'client-id': string } {
  const { clientId, objectId } = control.addApplication({ displayName: 'newcomer' })
  control.addFederatedCredential(clientId)
  control.addRoleAssignment({ scope, roleDefinitionId: READER, principalId: objectId })
  return { 'client-id': clientId }
}
