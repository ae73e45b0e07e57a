import { header } from './arm-request.ts'
import type { Call, Reply } from './protocol.ts'
import type { World } from './world.ts'

/** What remains of the token buckets of https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
const REMAINING = { reads: ['1099', '16499'], writes: ['799', '11999'], deletes: ['799', '11999'] } as const

/** The reply with the headers ARM puts on everything it sends. Headers a service has set itself stay. */
export function withArmHeaders(world: World, call: Call, reply: Reply): Reply {
  const correlation = header(call, 'x-ms-correlation-request-id') ?? world.random.guid()
  const stamp = `${world.clock.iso().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  const headers: Record<string, string> = {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': world.random.guid(),
    'x-ms-correlation-request-id': correlation,
    'x-ms-routing-request-id': `WESTEUROPE:${stamp}:${correlation}`,
    ...remainingHeaders(call),
    ...echoedHeaders(call),
    ...reply.headers,
  }
  return { ...reply, headers }
}

function remainingHeaders(call: Call): Record<string, string> {
  const kind = kindOf(call.method)
  const [own, global] = REMAINING[kind]
  if (!/^\/subscriptions\/[^/]/i.test(call.path)) return { [`x-ms-ratelimit-remaining-tenant-${kind}`]: own }
  return {
    [`x-ms-ratelimit-remaining-subscription-${kind}`]: own,
    [`x-ms-ratelimit-remaining-subscription-global-${kind}`]: global,
  }
}

function kindOf(method: string): keyof typeof REMAINING {
  if (method === 'GET' || method === 'HEAD') return 'reads'
  return method === 'DELETE' ? 'deletes' : 'writes'
}

function echoedHeaders(call: Call): Record<string, string> {
  const id = header(call, 'x-ms-client-request-id')
  if (id === undefined || header(call, 'x-ms-return-client-request-id')?.toLowerCase() !== 'true') return {}
  return { 'x-ms-client-request-id': id }
}
