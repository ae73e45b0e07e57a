import { REACHABILITY_HINT } from '../errors.ts'
import { isDown } from '../mishap.ts'
import type { Finding, Refusal } from './errors.ts'

/** What a refusal means whose code says nothing to us. `doing` completes "Azure refused to …". */
export function byStatus(doing: string, { status, code, message }: Refusal): Finding {
  if (status === 429)
    return {
      code: 'throttled',
      message: `Azure takes no more requests from this identity for now: ${message}`,
      hint: 'Run again in some minutes, and keep workflows that use the same identity from running all at once.',
    }
  if (isDown(status))
    return {
      code: 'unreachable',
      message: `Azure, or a proxy before it, answered ${status} (${code}) again and again when this run wanted to ${doing}: ${message}`,
      hint: `Run again in some minutes. Whether Azure is well: https://azure.status.microsoft. ${REACHABILITY_HINT}`,
    }
  return {
    code: 'azure-refused',
    message: `Azure refused to ${doing}, with a code that this action does not know (${code}): ${message}`,
    hint: "The message is Azure's own. If it says nothing to you, give the correlation id to Azure support.",
  }
}
