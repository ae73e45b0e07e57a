import { gatewayError } from './arm-error.ts'
import type { ArmRoute, TenantRequest } from './arm-request.ts'
import { authorize } from './authorization.ts'
import { isJsonObject } from './json-shape.ts'
import { type JsonObject, Refusal, type Reply } from './protocol.ts'
import { enter } from './role-based-access/scoped-request.ts'
import { contains } from './scopes.ts'
import type { World } from './world.ts'

export type LockLevel = 'CanNotDelete' | 'ReadOnly'

export type NewLock = {
  /** A subscription, a resource group or a resource. */
  readonly scope: string
  readonly name: string
  readonly level: LockLevel
  readonly notes?: string
}

type Lock = { readonly scope: string; readonly level: unknown; readonly body: JsonObject }

const TYPE = 'Microsoft.Authorization/locks'
const action = `${TYPE}/read`

/** Reading only: locks are set and removed through the control surface. */
export const lockRoutes: readonly ArmRoute[] = [
  {
    level: 'tenant',
    method: 'GET',
    path: `/{+scope}/providers/${TYPE}`,
    apiVersions: ['2016-09-01', '2020-05-01'],
    handle: listLocks,
  },
]

/** Locks a scope without asking whether anyone may, or changes the lock of that name; answers its id. */
export function addLock(world: World, { scope, name, level, notes }: NewLock): string {
  const id = `${scope}/providers/${TYPE}/${name}`
  const properties = { level, ...(notes === undefined ? {} : { notes }) }
  world.resources.set(id.toLowerCase(), { id, body: { properties, id, type: TYPE, name } })
  return id
}

/** At the scope, above it and, unless the filter says `atScope()`, below it. */
function listLocks(request: TenantRequest): Reply {
  const { world, caller, call } = request
  const scope = enter(request, action)
  authorize(world, caller, action, scope)
  const filter = call.query.get('$filter') ?? ''
  const atScope = /^\s*atScope\(\s*\)\s*$/i.test(filter)
  if (filter !== '' && !atScope) throw unsupported(filter)
  const value = locksIn(world)
    .filter((lock) => contains(world, lock.scope, scope) || (!atScope && contains(world, scope, lock.scope)))
    .map(({ body }) => body)
  return { status: 200, body: { value } }
}

/**
 * Refuses what a lock at a scope or above it forbids. What extends a resource, a role assignment for one, is locked with it:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources#lock-inheritance
 */
export function refuseLocked(world: World, id: string, operation: 'write' | 'delete'): void {
  const scopes = locksIn(world)
    .filter(({ scope, level }) => contains(world, scope, id) && (operation === 'delete' || level === 'ReadOnly'))
    .map(({ scope }) => scope)
  if (scopes.length === 0) return
  throw gatewayError(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform ${operation} operation because following scope(s) are locked: '${[...new Set(scopes)].join(',')}'. Please remove the lock and try again.`,
  )
}

function locksIn(world: World): Lock[] {
  return [...world.resources.values()].flatMap(({ id, body }) => {
    if (body.type !== TYPE || !isJsonObject(body.properties)) return []
    return [
      {
        scope: id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, ''),
        level: body.properties.level,
        body,
      },
    ]
  })
}

function unsupported(filter: string): Refusal {
  const message = `The sandbox does not filter locks by '${filter}'. See sandbox/DIFFERENCES.md.`
  return new Refusal({ status: 501, body: { error: { code: 'SandboxNotImplemented', message } } })
}
