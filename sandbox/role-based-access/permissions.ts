import type { TenantRequest } from '../arm-request.ts'
import { assignmentsOver, authorize } from '../authorization.ts'
import type { Reply } from '../protocol.ts'
import { findRoleDefinition } from '../role-definitions.ts'
import { enter } from './scoped-request.ts'

const action = 'Microsoft.Authorization/permissions/read'

/** What the caller's roles allow at the scope, an entry for each assignment. Conditions do not show, whatever they forbid. */
export function listPermissions(request: TenantRequest): Reply {
  const { world, caller } = request
  const scope = enter(request, action)
  authorize(world, caller, action, scope)
  const value = assignmentsOver(world, caller, scope).flatMap(({ roleDefinitionId }) => {
    const role = findRoleDefinition(world, roleDefinitionId)
    if (role === undefined) return []
    const { actions, notActions, dataActions = [] } = role
    return [{ actions, notActions, dataActions, notDataActions: [] }]
  })
  return { status: 200, body: { value } }
}
