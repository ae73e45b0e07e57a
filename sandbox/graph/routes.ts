import type { AccessTokens } from '../access-token.ts'
import type { Route } from '../protocol.ts'
import type { World } from '../world.ts'
import {
  getDirectoryObject,
  getServicePrincipal,
  getServicePrincipalByAppId,
  readApplications,
} from './directory-objects.ts'
import { type GraphRoute, guarded } from './gate.ts'
import { deleteRoleAssignment, getRoleAssignment, listRoleAssignments, postRoleAssignment } from './role-assignments.ts'
import { getRoleDefinition, listRoleDefinitions } from './role-definitions.ts'

/** What an application needs one of: https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments#permissions */
const write = ['RoleManagement.ReadWrite.Directory']
const read = [...write, 'RoleManagement.Read.Directory', 'RoleManagement.Read.All', 'Directory.Read.All']

const assignments = '/roleManagement/directory/roleAssignments'
const definitions = '/roleManagement/directory/roleDefinitions'
const principals = '/servicePrincipals'

const routes: readonly GraphRoute[] = [
  { method: 'GET', path: assignments, permissions: read, handle: listRoleAssignments },
  { method: 'POST', path: assignments, permissions: write, handle: postRoleAssignment },
  { method: 'GET', path: `${assignments}/{id}`, permissions: read, handle: getRoleAssignment },
  { method: 'DELETE', path: `${assignments}/{id}`, permissions: write, handle: deleteRoleAssignment },
  { method: 'GET', path: definitions, permissions: read, handle: listRoleDefinitions },
  { method: 'GET', path: `${definitions}/{id}`, permissions: read, handle: getRoleDefinition },
  { method: 'GET', path: `${principals}/{id}`, permissions: readApplications, handle: getServicePrincipal },
  {
    method: 'GET',
    path: `${principals}(appId='{appId}')`,
    permissions: readApplications,
    handle: getServicePrincipalByAppId,
  },
  { method: 'GET', path: '/directoryObjects/{id}', handle: getDirectoryObject },
]

/** The part of Microsoft Graph v1.0 that is about directory roles and who can hold them. */
export function graphRoutes(world: World, tokens: AccessTokens): Route[] {
  return routes.map((route) => guarded(world, tokens, route))
}
