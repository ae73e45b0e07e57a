import { type Json, Refusal } from '../protocol.ts'

/** An error in Graph's envelope, whose ids and date are put in on the way out. Throw what it returns. */
export function graphError(status: number, code: string, message: string): Refusal {
  return new Refusal({ status, body: { error: { code, message } } })
}

/** What Graph says of anything it does not find, here or in one of its copies. */
export function notFound(id: string): Refusal {
  return graphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  )
}

/** Loudly rather than wrongly: the reply of the real service would be another one. */
export function notServed(what: string): Refusal {
  const message = `The sandbox has no ${what} in Microsoft Graph. Add it, or see sandbox/DIFFERENCES.md.`
  const body: Json = { error: { code: 'SandboxNotImplemented', message } }
  return new Refusal({ status: 501, body })
}
