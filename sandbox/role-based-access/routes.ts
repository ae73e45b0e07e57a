import type { ArmRoute } from '../arm-request.ts'
import { getAssignment, listAssignments } from './assignment-reads.ts'
import { deleteAssignment, putAssignment } from './assignment-writes.ts'
import { getDefinition, listDefinitions } from './definition-reads.ts'
import { listPermissions } from './permissions.ts'

type Handle = Extract<ArmRoute, { readonly level: 'tenant' }>['handle']

const provider = '/providers/Microsoft.Authorization'
const assignments = `${provider}/roleAssignments`
const definitions = `${provider}/roleDefinitions`
const assignmentVersions = ['2022-04-01', '2020-04-01-preview']
const definitionVersions = ['2022-04-01', '2018-01-01-preview']

/** Extensions of any scope. Handlers look at the scope themselves, since it can be anything from the root to a resource. */
export const roleBasedAccessRoutes: readonly ArmRoute[] = [
  ...atAnyScope('GET', assignments, assignmentVersions, listAssignments),
  ...atAnyScope('GET', `${assignments}/{name}`, assignmentVersions, getAssignment),
  ...atAnyScope('PUT', `${assignments}/{name}`, assignmentVersions, putAssignment),
  ...atAnyScope('DELETE', `${assignments}/{name}`, assignmentVersions, deleteAssignment),
  ...atAnyScope('GET', definitions, definitionVersions, listDefinitions),
  ...atAnyScope('GET', `${definitions}/{roleDefinitionId}`, definitionVersions, getDefinition),
  {
    level: 'tenant',
    method: 'GET',
    path: `/subscriptions/{+below}${provider}/permissions`,
    apiVersions: definitionVersions,
    handle: (request) => {
      const { below = '', ...params } = request.call.params
      return listPermissions({
        ...request,
        call: { ...request.call, params: { ...params, scope: `subscriptions/${below}` } },
      })
    },
  },
]

/** The root has no scope to write before the provider, hence a path of its own. */
function atAnyScope(
  method: ArmRoute['method'],
  path: string,
  apiVersions: readonly string[],
  handle: Handle,
): ArmRoute[] {
  return [path, `/{+scope}${path}`].map((each) => ({ level: 'tenant', method, path: each, apiVersions, handle }))
}
