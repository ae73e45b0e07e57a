import type { Clock } from './clock.ts'
import { type Call, Refusal } from './protocol.ts'
import type { Random } from './random.ts'

/** An error of Entra in its own form; throw it. The number is the AADSTS code. */
export type EntraProblem = {
  readonly status: 400 | 401
  readonly error: string
  readonly code: number
  readonly text: string
}

/**
 * The refusal for a problem. Codes and their meaning:
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
export function entraRefusal(
  { status, error, code, text }: EntraProblem,
  call: Call,
  clock: Clock,
  random: Random,
): Refusal {
  const traceId = random.guid()
  const correlationId = call.query.get('client-request-id') ?? call.headers['client-request-id'] ?? random.guid()
  const timestamp = `${clock.iso().slice(0, 19).replace('T', ' ')}Z`
  return new Refusal({
    status,
    headers: { ...noStore, 'x-ms-request-id': traceId },
    body: {
      error,
      error_description: `AADSTS${code}: ${text} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  })
}

export const noStore = { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' }
