import { armError } from '../arm-error.ts'
import { param, type TenantRequest } from '../arm-request.ts'
import { authorize } from '../authorization.ts'
import type { Call, Reply } from '../protocol.ts'
import { normaliseScope } from '../scopes.ts'
import { type Assignment, assignmentsIn } from './assignment.ts'
import { assignmentBody } from './assignment-body.ts'
import { filtered } from './assignment-filter.ts'
import { assignmentAction } from './may-assign.ts'
import { enter } from './scoped-request.ts'

export function getAssignment(request: TenantRequest): Reply {
  const scope = enterToRead(request)
  const assignment = findAssignment(request, scope)
  if (assignment !== undefined) return { status: 200, body: assignmentBody(request.world, assignment.record, scope) }
  const name = param(request.call, 'name')
  throw armError(404, 'RoleAssignmentNotFound', `The role assignment '${name}' is not found.`)
}

export function listAssignments(request: TenantRequest): Reply {
  const { world, call } = request
  const scope = enterToRead(request)
  const shown = filtered(world, assignmentsIn(world), scope, queried(call, '$filter') ?? '')
  const { page } = world.roleAssignmentLimits
  const from = offsetOf(queried(call, '$skipToken'))
  const value = shown.slice(from, from + page).map(({ record }) => assignmentBody(world, record, scope))
  const rest = from + page < shown.length ? { nextLink: nextLink(world.origin, call, from + page) } : {}
  return { status: 200, body: { value, ...rest } }
}

/** The assignment of this name at exactly this scope. */
export function findAssignment({ world, call }: TenantRequest, scope: string): Assignment | undefined {
  const name = param(call, 'name').toLowerCase()
  return assignmentsIn(world).find(
    (each) => each.name.toLowerCase() === name && normaliseScope(each.scope) === normaliseScope(scope),
  )
}

function enterToRead(request: TenantRequest): string {
  const action = assignmentAction('read')
  const scope = enter(request, action)
  authorize(request.world, request.caller, action, scope)
  return scope
}

/** Names of query parameters are taken in any casing. */
function queried({ query }: Call, name: string): string | undefined {
  return [...query].find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1]
}

function nextLink(origin: string, call: Call, offset: number): string {
  const url = new URL(call.path, origin)
  const others = [...call.query].filter(([name]) => name.toLowerCase() !== '$skiptoken')
  for (const [name, value] of others) url.searchParams.append(name, value)
  url.searchParams.append('$skipToken', Buffer.from(`from:${offset}`).toString('base64url'))
  return url.href
}

/** What a token stands for is the service's secret: a client that makes one up is refused. */
function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1]
  if (offset !== undefined) return Number(offset)
  throw armError(400, 'InvalidSkipToken', `The skip token '${token}' is not valid.`)
}
