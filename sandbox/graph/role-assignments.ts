import { param } from '../arm-request.ts'
import { isJsonObject } from '../json-shape.ts'
import { findPrincipal } from '../principals.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import type { DirectoryRoleAssignment } from '../world.ts'
import { findDirectoryRole } from './directory-roles.ts'
import { graphError, notFound, notServed } from './error.ts'
import { filterOf } from './filter.ts'
import { contextOf, type GraphRequest } from './gate.ts'

const path = 'roleManagement/directory/roleAssignments'
const filterable = ['principalId', 'roleDefinitionId', 'directoryScopeId']

export function listRoleAssignments(request: GraphRequest): Reply {
  const { world, call } = request
  const value = shown(request)
    .map(assignmentBody)
    .filter(filterOf(call.query.get('$filter'), filterable))
  return { status: 200, body: { '@odata.context': contextOf(world, path), value } }
}

export function getRoleAssignment(request: GraphRequest): Reply {
  const id = param(request.call, 'id')
  const assignment = shown(request).find((each) => each.id === id)
  if (assignment === undefined) throw notFound(id)
  return { status: 200, body: entity(request, assignment) }
}

/** Writes go to the truth and not to a copy: a second assignment is refused while lists do not show the first one yet. */
export function postRoleAssignment(request: GraphRequest): Reply {
  const { world, tenant, call } = request
  const sent = readAssignment(call.text)
  const principal = findPrincipal(world, sent.principalId)
  if (principal === undefined || world.clock.now() < principal.replicatedFrom) throw notFound(sent.principalId)
  if (findDirectoryRole(sent.roleDefinitionId) === undefined) throw notFound(sent.roleDefinitionId)
  const isTaken = tenant.directoryRoleAssignments.some(
    (each) => each.shownUntil === undefined && keyOf(each) === keyOf(sent),
  )
  if (isTaken) {
    throw badRequest(
      'A conflicting object with one or more of the specified property values is present in the directory.',
    )
  }
  const assignment: DirectoryRoleAssignment = {
    id: opaqueId(world.random.guid() + world.random.guid()),
    principalId: principal.objectId,
    roleDefinitionId: sent.roleDefinitionId.toLowerCase(),
    directoryScopeId: sent.directoryScopeId,
    shownFrom: world.clock.now() + world.timing.graphConsistencyMs,
  }
  tenant.directoryRoleAssignments.push(assignment)
  return { status: 201, body: entity(request, assignment) }
}

export function deleteRoleAssignment({ world, tenant, call }: GraphRequest): Reply {
  const id = param(call, 'id')
  const assignments = tenant.directoryRoleAssignments
  const at = assignments.findIndex((each) => each.id === id && each.shownUntil === undefined)
  const assignment = assignments[at]
  if (assignment === undefined) throw notFound(id)
  assignments[at] = { ...assignment, shownUntil: world.clock.now() + world.timing.graphConsistencyMs }
  return { status: 204 }
}

/** What a copy of the directory knows by now. */
function shown({ world, tenant }: GraphRequest): DirectoryRoleAssignment[] {
  const now = world.clock.now()
  return tenant.directoryRoleAssignments.filter(
    ({ shownFrom, shownUntil = Number.POSITIVE_INFINITY }) => shownFrom <= now && now < shownUntil,
  )
}

type Sent = Pick<DirectoryRoleAssignment, 'principalId' | 'roleDefinitionId' | 'directoryScopeId'>

function readAssignment(text: string): Sent {
  const body = parsed(text)
  const { principalId, roleDefinitionId, directoryScopeId } = body
  if (typeof principalId !== 'string' || typeof roleDefinitionId !== 'string' || typeof directoryScopeId !== 'string') {
    throw badRequest('A role assignment needs a principalId, a roleDefinitionId and a directoryScopeId.')
  }
  if (directoryScopeId !== '/') throw notServed('scope of a directory role other than /')
  return { principalId, roleDefinitionId, directoryScopeId }
}

function parsed(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text)
    if (isJsonObject(body)) return body
  } catch {
    // The refusal below says it.
  }
  throw graphError(400, 'BadRequest', 'Unable to read JSON request payload.')
}

function badRequest(message: string) {
  return graphError(400, 'Request_BadRequest', message)
}

function keyOf({ principalId, roleDefinitionId, directoryScopeId }: Sent): string {
  return [principalId, roleDefinitionId, directoryScopeId].join(' ').toLowerCase()
}

function opaqueId(guids: string): string {
  return `${Buffer.from(guids.replaceAll('-', ''), 'hex').toString('base64url')}-1`
}

function assignmentBody({ id, principalId, directoryScopeId, roleDefinitionId }: DirectoryRoleAssignment): JsonObject {
  return { id, principalId, directoryScopeId, roleDefinitionId }
}

function entity({ world }: GraphRequest, assignment: DirectoryRoleAssignment): JsonObject {
  return { '@odata.context': contextOf(world, `${path}/$entity`), ...assignmentBody(assignment) }
}
