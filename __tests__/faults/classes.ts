import type { FaultEffect } from '../../sandbox/faults.ts'

/** One way for a request to go wrong. */
export type FaultClass = {
  readonly name: string
  readonly effect: FaultEffect
  /** It will not pass within the time of a run, so nobody may wait for it or ask again. */
  readonly permanent?: true
}

const error = (code: string, message: string) => ({ error: { code, message } })
const busy = error('ServerBusy', 'Come back.')
const reply = (status: number, body: ReturnType<typeof error>, headers?: Record<string, string>): FaultEffect => ({
  kind: 'reply',
  status,
  body,
  ...(headers && { headers }),
})
const throttled = error('SubscriptionRequestsThrottled', 'Too many requests.')

/** DNS has no place in a sandbox on one machine: `resend.test.ts` has it. */
export const FAULT_CLASSES: readonly FaultClass[] = [
  { name: '429', effect: reply(429, throttled) },
  { name: '429, come back in a second', effect: reply(429, throttled, { 'retry-after': '1' }) },
  { name: '429, come back in an hour', effect: reply(429, throttled, { 'retry-after': '3600' }), permanent: true },
  { name: '408', effect: reply(408, busy) },
  { name: '500', effect: reply(500, busy) },
  { name: '503', effect: reply(503, busy) },
  { name: '503, come back in a second', effect: reply(503, busy, { 'retry-after': '1' }) },
  { name: 'reset before the work', effect: { kind: 'drop', when: 'before' } },
  { name: 'reset after the work', effect: { kind: 'drop', when: 'after' } },
  { name: 'body cut off', effect: { kind: 'truncate' } },
  { name: 'half of the JSON', effect: { kind: 'half' } },
  { name: 'HTML 200', effect: { kind: 'html', status: 200 } },
  { name: 'HTML 502', effect: { kind: 'html', status: 502 } },
  { name: 'HTML 403', effect: { kind: 'html', status: 403 }, permanent: true },
  { name: 'slow body', effect: { kind: 'slow-body', ms: 30 } },
  { name: 'body that hangs', effect: { kind: 'slow-body', ms: 120_000 } },
  { name: 'expired token', effect: reply(401, error('ExpiredAuthenticationToken', 'The token has expired.')) },
  { name: 'stale read', effect: { kind: 'stale' } },
  { name: '403', effect: reply(403, error('AuthorizationFailed', 'Not you.')), permanent: true },
  { name: '400', effect: reply(400, error('InvalidRequestContent', 'Not this.')), permanent: true },
]
