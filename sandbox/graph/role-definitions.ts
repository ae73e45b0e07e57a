import { param } from '../arm-request.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import { DIRECTORY_ROLES, type DirectoryRole, findDirectoryRole } from './directory-roles.ts'
import { notFound } from './error.ts'
import { filterOf } from './filter.ts'
import { contextOf, type GraphRequest } from './gate.ts'

const path = 'roleManagement/directory/roleDefinitions'

export function listRoleDefinitions({ world, call }: GraphRequest): Reply {
  const isMeant = filterOf(call.query.get('$filter'), ['displayName', 'id', 'templateId'])
  const value = DIRECTORY_ROLES.map(definitionBody).filter(isMeant)
  return { status: 200, body: { '@odata.context': contextOf(world, path), value } }
}

export function getRoleDefinition({ world, call }: GraphRequest): Reply {
  const id = param(call, 'id')
  const role = findDirectoryRole(id)
  if (role === undefined) throw notFound(id)
  return { status: 200, body: { '@odata.context': contextOf(world, `${path}/$entity`), ...definitionBody(role) } }
}

function definitionBody({ id, displayName, description }: DirectoryRole): JsonObject {
  return {
    id,
    description,
    displayName,
    isBuiltIn: true,
    isEnabled: true,
    resourceScopes: ['/'],
    templateId: id,
    version: '1',
    rolePermissions: [],
  }
}
