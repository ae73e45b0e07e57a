import { param } from '../arm-request.ts'
import { type Principal, principalsOf } from '../principals.ts'
import type { JsonObject, Reply } from '../protocol.ts'
import { notFound } from './error.ts'
import { contextOf, type GraphRequest, requireRole } from './gate.ts'

const directory = ['Directory.Read.All', 'Directory.ReadWrite.All']
export const readApplications = ['Application.Read.All', 'Application.ReadWrite.All', ...directory]

/** What it takes to read an object depends on what it is. */
const readers = {
  ServicePrincipal: readApplications,
  User: ['User.Read.All', 'User.ReadWrite.All', ...directory],
  Group: ['Group.Read.All', 'Group.ReadWrite.All', ...directory],
} as const

export function getServicePrincipal(request: GraphRequest): Reply {
  const id = param(request.call, 'id')
  return servicePrincipalReply(request, id, ({ objectId }) => objectId)
}

export function getServicePrincipalByAppId(request: GraphRequest): Reply {
  const appId = param(request.call, 'appId')
  return servicePrincipalReply(request, appId, ({ service }) => service?.clientId)
}

/** Whoever may read nothing of the kind is refused before it can tell what exists. */
export function getDirectoryObject(request: GraphRequest): Reply {
  const { world, call, roles } = request
  const id = param(call, 'id')
  const principal = replicated(request).find(({ objectId }) => objectId.toLowerCase() === id.toLowerCase())
  requireRole(roles, principal === undefined ? Object.values(readers).flat() : readers[principal.kind])
  if (principal === undefined) throw notFound(id)
  const context = { '@odata.context': contextOf(world, 'directoryObjects/$entity') }
  return { status: 200, body: { ...context, ...objectBody(principal) } }
}

function servicePrincipalReply(
  request: GraphRequest,
  key: string,
  keyOf: (principal: Principal) => string | undefined,
): Reply {
  const principal = replicated(request).find(
    (each) => each.kind === 'ServicePrincipal' && keyOf(each)?.toLowerCase() === key.toLowerCase(),
  )
  if (principal === undefined) throw notFound(key)
  const context = { '@odata.context': contextOf(request.world, 'servicePrincipals/$entity') }
  return { status: 200, body: { ...context, ...servicePrincipalBody(principal) } }
}

/** The principals that the copy Graph asks knows by now. */
function replicated({ world, tenant }: GraphRequest): Principal[] {
  return principalsOf(tenant).filter(({ replicatedFrom }) => replicatedFrom <= world.clock.now())
}

function objectBody(principal: Principal): JsonObject {
  const { kind, objectId, displayName } = principal
  if (kind === 'ServicePrincipal') {
    return { '@odata.type': '#microsoft.graph.servicePrincipal', ...servicePrincipalBody(principal) }
  }
  const type = `#microsoft.graph.${kind.toLowerCase()}`
  return { '@odata.type': type, id: objectId, deletedDateTime: null, displayName }
}

function servicePrincipalBody({ objectId, displayName, service }: Principal): JsonObject {
  return {
    id: objectId,
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    appDisplayName: service?.type === 'Application' ? displayName : null,
    appId: service?.clientId ?? null,
    displayName,
    servicePrincipalNames: service === undefined ? [] : [service.clientId],
    servicePrincipalType: service?.type ?? null,
    tags: [],
  }
}
