import type { Cause } from '../spec/drift-causes.ts'
import { leftOf } from '../spec/drift-repair.ts'
import { counted } from './counted.ts'
import type { Report } from './report.ts'

/** What a drift run found and did not take back. Names of others stand in backticks. */
export function driftFindings({
  drift,
  outcomes,
}: Pick<Report, 'drift' | 'outcomes'>): { cause: Cause; text: string }[] {
  if (drift === undefined) return []
  const { judgements, strangers } = leftOf(drift, outcomes)
  const drifted = judgements.filter(({ cause }) => cause !== 'pending').length
  const pending = judgements.filter(({ cause }) => cause !== 'drift').length
  const beside = strangers.map((name) => `\`${name}\``).join(', ')
  return [
    ...finding(drifted, 'drift', `Somebody changed ${counted(drifted)} in Azure since the last apply.`),
    ...finding(strangers.length, 'drift', `Beside ours, running the same connector: ${beside}.`),
    ...finding(pending, 'pending', `The inputs ask for changes of ${counted(pending)} that nobody applied yet.`),
  ]
}

function finding(count: number, cause: Cause, text: string) {
  return count === 0 ? [] : [{ cause, text }]
}
