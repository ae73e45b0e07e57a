import type { Call, Reply } from './protocol.ts'
import type { LogEntry } from './request-log.ts'

/**
 * What a copy that has not heard of the last write replies to a GET: as it did before that write, or that there is no such thing.
 * Undefined where nothing was written, and so nothing can be old.
 */
export function staleReply(log: readonly LogEntry[], { method, path, query }: Call): Reply | undefined {
  const lastWrite = log.findLastIndex(isWrite)
  if (method !== 'GET' || lastWrite < 0) return undefined
  const before = log
    .slice(0, lastWrite)
    .findLast(
      (one) => one.method === 'GET' && one.path === path && one.query === query.toString() && one.status !== null,
    )
  if (before === undefined || before.status === null) return notFound(path)
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status: before.status, headers, body: before.replyBody }
}

/** A POST for a token writes nothing. */
function isWrite({ method, path }: LogEntry): boolean {
  return method !== 'GET' && !path.includes('/oauth2/')
}

function notFound(path: string): Reply {
  const message = `The Resource '${path.split('/').slice(-3).join('/')}' was not found.`
  return { status: 404, body: { error: { code: 'ResourceNotFound', message } } }
}
