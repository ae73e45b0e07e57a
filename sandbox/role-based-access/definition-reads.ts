import { armError } from '../arm-error.ts'
import { param, type TenantRequest } from '../arm-request.ts'
import { authorize } from '../authorization.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import { findRoleDefinition, isBuiltIn, type RoleDefinition, roleDefinitionsIn } from '../role-definitions.ts'
import { enter, roleDefinitionIdFrom, scopeOf } from './scoped-request.ts'

const action = 'Microsoft.Authorization/roleDefinitions/read'

export function listDefinitions(request: TenantRequest): Reply {
  const scope = enterToRead(request)
  const isMeant = filterOf(request.call.query.get('$filter') ?? '')
  const roles = roleDefinitionsIn(request.world).filter(isMeant)
  return { status: 200, body: { value: roles.map((role) => definitionBody(role, scope)) } }
}

export function getDefinition(request: TenantRequest): Reply {
  const scope = enterToRead(request)
  const guid = param(request.call, 'roleDefinitionId')
  const role = findRoleDefinition(request.world, guid)
  if (role !== undefined) return { status: 200, body: definitionBody(role, scope) }
  const message = `The specified role definition with ID '${guid.replaceAll('-', '')}' does not exist.`
  throw armError(404, 'RoleDefinitionDoesNotExist', message)
}

/** Built-in roles are everybody's to see at the root. */
function enterToRead(request: TenantRequest): string {
  if (scopeOf(request.call) === '/') return '/'
  const scope = enter(request, action)
  authorize(request.world, request.caller, action, scope)
  return scope
}

/** Clauses joined by `and`: `roleName eq '…'`, `type eq 'BuiltInRole'`, `atScopeAndBelow()`. */
function filterOf(filter: string): (role: RoleDefinition) => boolean {
  const clauses = filter.trim() === '' ? [] : filter.trim().split(/\s+and\s+/i)
  const tests = clauses.map((clause) => {
    if (/^atScopeAndBelow\(\s*\)$/i.test(clause)) return () => true
    const [, property, value] = /^(roleName|type)\s+eq\s+'([^']*)'$/i.exec(clause) ?? []
    if (property === undefined) {
      throw armError(400, 'UnsupportedFilter', `The filter '${filter}' is not supported for role definitions.`)
    }
    return (role: RoleDefinition) =>
      (property.toLowerCase() === 'type' ? typeOf(role) : role.roleName).toLowerCase() === value?.toLowerCase()
  })
  return (role) => tests.every((test) => test(role))
}

function typeOf(role: RoleDefinition): string {
  return isBuiltIn(role) ? 'BuiltInRole' : 'CustomRole'
}

function definitionBody(role: RoleDefinition, scope: string): JsonObject {
  const { guid, roleName, description, actions, notActions, dataActions = [] } = role
  return {
    properties: {
      roleName,
      type: typeOf(role),
      description,
      assignableScopes: ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: '2021-11-11T20:13:28.6061853Z',
      createdBy: null,
      updatedBy: null,
    },
    id: roleDefinitionIdFrom(scope, guid),
    type: 'Microsoft.Authorization/roleDefinitions',
    name: guid,
  }
}
