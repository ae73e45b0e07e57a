import { isAborted } from '../ended.ts'
import type { Adapter } from '../engine/adapter.ts'
import type { Plan } from '../engine/plan.ts'
import type { Resource } from '../engine/resource.ts'
import { DeployError } from '../errors.ts'
import { field, list, text } from '../json.ts'
import { type Lock, lockRefusal, stops, type Touch, touchesOf, unlockHint } from '../spec/locks.ts'
import type { AzureResource } from '../spec/resources.ts'
import { type Context, isMissing } from './context.ts'
import { azureError } from './errors.ts'

type Findings = { readonly refusal: DeployError | undefined; readonly notes: readonly string[] }

/** Looks for locks that would stop what the plan says. Asks nothing when there is nothing to stop. */
export async function lookForLocks(context: Context, plan: Plan<AzureResource>): Promise<Findings> {
  const touches = touchesOf(plan, context.inputs)
  const places = [...new Map(touches.flatMap(({ scope }) => placesOf(scope))).values()]
  const found = await Promise.all(places.map((place) => read(context, place)))
  const locks = new Map(found.flatMap((each) => each.locks).map((lock) => [lock.id.toLowerCase(), lock]))
  return { refusal: lockRefusal([...locks.values()], touches), notes: found.flatMap(({ unread }) => unread) }
}

/** The same adapter; when Azure says that a scope is locked, it says by which lock. */
export function namingLocks<R extends Resource>(context: Context, adapter: Adapter<R>): Adapter<R> {
  const named = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw await withLocks(context, error)
    }
  }
  return {
    ...adapter,
    create: (...given) => named(adapter.create(...given)),
    update: (...given) => named(adapter.update(...given)),
    delete: (...given) => named(adapter.delete(...given)),
  }
}

async function withLocks(context: Context, error: unknown): Promise<unknown> {
  if (!(error instanceof DeployError) || error.code !== 'scope-locked') return error
  const touches = lockedScopes(error.message)
  const places = [...new Map(touches.flatMap(({ scope }) => placesOf(scope))).values()]
  const found = await Promise.all(places.map((place) => read(context, place).catch(() => NOTHING)))
  const locks = found.flatMap((each) => each.locks).filter((lock) => touches.some((touch) => stops(lock, touch)))
  if (locks.length === 0) return error
  const message = [error.message, ...locks.map(({ id, level }) => `- ${level}: ${id}`)].join('\n')
  return new DeployError('scope-locked', message, { hint: unlockHint(locks), facts: error.facts, cause: error.cause })
}

/** Azure's refusal names what is locked, not the lock. */
function lockedScopes(message: string): Pick<Touch, 'scope' | 'verb'>[] {
  const scopes = /are locked: '([^']+)'/.exec(message)?.[1]?.split(',') ?? []
  const verb = message.includes('delete operation') ? 'delete' : 'write'
  return scopes.map((scope) => ({ scope: scope.trim(), verb }))
}

type Place = { readonly scope: string; readonly filter: string }

/**
 * Where the locks over a scope are read, by its name in lower case: the list of a resource group has those of its resources, and both
 * have those above. Management groups take no locks.
 * https://learn.microsoft.com/powershell/module/az.resources/get-azresourcelock#-atscope
 */
function placesOf(scope: string): [string, Place][] {
  const [place, , group] = /^(\/subscriptions\/[^/]+(\/resourceGroups\/([^/]+))?)/i.exec(scope) ?? []
  if (place === undefined) return []
  return [[place.toLowerCase(), { scope: place, filter: group === undefined ? '&$filter=atScope()' : '' }]]
}

type Read = { readonly locks: readonly Lock[]; readonly unread: readonly string[] }

const NOTHING: Read = { locks: [], unread: [] }

/** Not being allowed to read locks says nothing about them. */
async function read({ clients, inputs }: Context, { scope, filter }: Place): Promise<Read> {
  const first = `${clients.resourceManager}${scope}/providers/Microsoft.Authorization/locks?api-version=2020-05-01${filter}`
  try {
    const locks: Lock[] = []
    for (let url: string | undefined = first; url !== undefined; ) {
      const { body }: { readonly body: unknown } = await clients.send(url)
      locks.push(...list(field(body, 'value')).flatMap(lockFrom))
      url = text(field(body, 'nextLink')) || undefined
    }
    return { locks, unread: [] }
  } catch (error) {
    if (error instanceof DeployError || isAborted(error)) throw azureError(error, 'read the locks', inputs)
    // Whoever looks for rights there says that it does not exist.
    if (isMissing(error)) return NOTHING
    return {
      locks: [],
      unread: [`The locks on ${scope} could not be read. If one stands against this plan, Azure will refuse it.`],
    }
  }
}

function lockFrom(item: unknown): Lock[] {
  const id = text(field(item, 'id')) ?? ''
  const level = text(field(field(item, 'properties'), 'level'))
  if (level !== 'CanNotDelete' && level !== 'ReadOnly') return []
  return [{ id, level, scope: id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, '') }]
}
