import type { Control } from './control.ts'
import { bodyReader, done } from './control-body.ts'
import { created, empty, ok, route } from './control-route.ts'
import { schemas } from './control-schemas.ts'
import type { NewMember } from './directory.ts'
import type { NewLock } from './locks.ts'
import type { NewPolicy } from './policies.ts'
import type { Route } from './protocol.ts'
import type { AssignmentQuestion } from './role-based-access/may-assign.ts'
import type { NewRole, NewRoleAssignment } from './subscription-content.ts'
import type { RoleAssignmentLimits } from './world.ts'

/** Who may do what: principals, app roles, role assignments, locks, policies, and the question what they amount to. */
export function grantRoutes(control: Control): Route[] {
  const assignment = bodyReader<NewRoleAssignment>(schemas.roleAssignment)
  const role = bodyReader<NewRole>(schemas.roleDefinition)
  const lock = bodyReader<NewLock>(schemas.lock)
  const policy = bodyReader<NewPolicy>(schemas.policy)
  const question = bodyReader<AssignmentQuestion & { readonly caller: string }>(schemas.mayAssign)
  const limits = bodyReader<Partial<RoleAssignmentLimits>>(schemas.roleAssignmentLimits)
  const member = bodyReader<NewMember>(schemas.member)
  const appRoles = bodyReader<{ readonly appRoles: readonly string[] }>(schemas.appRoles)
  return [
    route('POST', '/role-assignments', (call) => created({ id: control.addRoleAssignment(assignment(call)) })),
    route('POST', '/role-definitions', (call) => created({ guid: control.addRoleDefinition(role(call)) })),
    route('POST', '/locks', (call) => created({ id: control.addLock(lock(call)) })),
    route('POST', '/policies', (call) => created({ id: control.addPolicy(policy(call)) })),
    route('PATCH', '/role-assignment-limits', (call) => empty(() => control.setRoleAssignmentLimits(limits(call)))),
    route('POST', '/may-assign', (call) => {
      const { caller, ...asked } = question(call)
      return ok({ mayAssign: control.mayAssign(caller, asked) })
    }),
    route('POST', '/members', (call) => created(control.addMember(member(call)))),
    route('DELETE', '/principals/{objectId}', ({ params: { objectId = '' } }) =>
      done(control.removePrincipal(objectId), `principal '${objectId}'`),
    ),
    route('PUT', '/applications/{clientId}/app-roles', (call) => {
      const { clientId = '' } = call.params
      return done(control.setAppRoles(clientId, appRoles(call).appRoles), `application '${clientId}'`)
    }),
  ]
}
