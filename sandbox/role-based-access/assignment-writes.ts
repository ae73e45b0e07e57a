import { param, type TenantRequest } from '../arm-request.ts'
import { authorize } from '../authorization.ts'
import { isJsonObject } from '../json-shape.ts'
import { refuseLocked } from '../locks.ts'
import { findPrincipal } from '../principals.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import { roleAssignmentRecord } from '../role-assignment-record.ts'
import type { ArmRecord } from '../world.ts'
import { type Assignment, assignmentsIn } from './assignment.ts'
import { assignmentBody } from './assignment-body.ts'
import { checkLimit, checkPrincipal, checkRole, checkTexts, checkUnique, checkUpdate } from './assignment-checks.ts'
import { findAssignment } from './assignment-reads.ts'
import { checkName, readAssignment, type SentAssignment } from './assignment-request.ts'
import { assignmentAction, attributesOf } from './may-assign.ts'
import { enter } from './scoped-request.ts'

/** Gives a role. Under a name that exists only the condition and the description can change. */
export function putAssignment(request: TenantRequest): Reply {
  const { world, caller, call } = request
  const action = assignmentAction('write')
  const scope = enter(request, action)
  const name = param(call, 'name')
  checkName(name)
  const sent = readAssignment(call.text)
  const principalType = sent.principalType ?? findPrincipal(world, sent.principalId)?.kind ?? 'Unknown'
  authorize(world, caller, action, scope, attributesOf('write', { ...sent, principalType }))
  refuseLocked(world, call.path, 'write')
  checkRole(world, sent.roleDefinitionId)
  checkTexts(sent)
  // A name is taken in the whole tenant, at whatever scope.
  const existing = assignmentsIn(world).find((each) => each.name.toLowerCase() === name.toLowerCase())
  if (existing !== undefined) checkUpdate(existing, scope, sent)
  checkPrincipal(world, caller.tenantId, sent)
  if (existing === undefined) {
    checkUnique(world, scope, sent)
    checkLimit(world, scope)
  }
  const record = store(request, existing, { ...sent, name: existing?.name ?? name, scope, principalType })
  const body = assignmentBody(world, record, scope)
  return { status: 201, body: existing === undefined ? withoutCreator(body) : body }
}

/** 200 with the last body as a farewell; 204 when there was nothing. */
export function deleteAssignment(request: TenantRequest): Reply {
  const { world, caller, call } = request
  const action = assignmentAction('delete')
  const scope = enter(request, action)
  const assignment = findAssignment(request, scope)
  if (assignment === undefined) return { status: 204 }
  const principalType = findPrincipal(world, assignment.principalId)?.kind ?? 'Unknown'
  authorize(world, caller, action, scope, attributesOf('delete', { ...assignment, principalType }))
  refuseLocked(world, call.path, 'delete')
  const body = assignmentBody(world, assignment.record, scope)
  world.roleAssignments.delete(assignment.record.id.toLowerCase())
  return { status: 200, body }
}

function store(
  { world, caller }: TenantRequest,
  existing: Assignment | undefined,
  sent: SentAssignment & { readonly name: string; readonly scope: string; readonly principalType: string },
): ArmRecord {
  const record = roleAssignmentRecord({ ...sent, at: world.clock.iso(), by: caller.objectId })
  if (existing === undefined) {
    world.roleAssignments.set(record.id.toLowerCase(), record)
    return record
  }
  const { createdOn = null, createdBy = null } = propertiesOf(existing.record.body)
  const properties = { ...propertiesOf(record.body), createdOn, createdBy }
  existing.record.body = { ...existing.record.body, properties }
  return existing.record
}

/** The reply to a create does not name the creator yet; every later one does. */
function withoutCreator(body: JsonObject): JsonObject {
  return { ...body, properties: { ...propertiesOf(body), createdBy: null } }
}

function propertiesOf({ properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {}
}
