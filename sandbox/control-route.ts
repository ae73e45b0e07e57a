import { controlRefusal } from './control-body.ts'
import type { Call, Handler, Json, Reply, Route } from './protocol.ts'

export const controlPath = '/_sandbox'

type Method = Route['method']

export function route(method: Method, path: string, handle: Handler): Route {
  return {
    method,
    path: `${controlPath}${path}`,
    handle: async (call) => {
      try {
        return await handle(call)
      } catch (error) {
        // A tenant or subscription that the sandbox does not have: the caller's mistake, not a bug.
        if (error instanceof RangeError) throw controlRefusal(400, 'InvalidControlRequest', error.message)
        throw error
      }
    },
  }
}

export function idOf(call: Call): string {
  const id = call.query.get('id')
  if (id === null) throw controlRefusal(400, 'InvalidControlRequest', 'The query has no id, as in ?id=/subscriptions/…')
  return id
}

export function ok(body: Json): Reply {
  return { status: 200, body }
}

export function created(body: Json): Reply {
  return { status: 201, body }
}

export function empty(change: () => void): Reply {
  change()
  return { status: 204 }
}
