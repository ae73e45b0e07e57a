import { armError } from '../arm-error.ts'
import { choice, conform, object, parseBody, string } from '../json-shape.ts'

/** What a PUT of a role assignment asks for. */
export type SentAssignment = {
  readonly roleDefinitionId: string
  readonly principalId: string
  readonly principalType?: string
  readonly condition?: string
  readonly conditionVersion?: string
  readonly description?: string
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const roleDefinition = /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[0-9a-f-]{36}$/i

const shape = object({
  properties: object({
    roleDefinitionId: string,
    principalId: string,
    principalType: choice('User', 'Group', 'ServicePrincipal', 'ForeignGroup', 'Device'),
    condition: string,
    conditionVersion: string,
    description: string,
  }),
})

/** Reads the body; names and ids must have their form before anything is looked up. */
export function readAssignment(text: string): SentAssignment {
  // The shape is checked on the way.
  const { properties } = conform(parseBody(text), shape) as { readonly properties?: Partial<SentAssignment> }
  const { roleDefinitionId = '', principalId = '', ...rest } = properties ?? {}
  if (!guid.test(principalId)) {
    throw armError(400, 'InvalidPrincipalId', 'A valid principal ID must be provided for role assignment.')
  }
  if (!roleDefinition.test(roleDefinitionId)) {
    throw armError(400, 'InvalidRoleDefinitionId', `The role definition ID '${roleDefinitionId}' is not valid.`)
  }
  return { ...rest, roleDefinitionId, principalId }
}

export function checkName(name: string): void {
  if (guid.test(name)) return
  throw armError(
    400,
    'InvalidRoleAssignmentId',
    `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`,
  )
}
