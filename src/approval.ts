import { approvedPlan } from './discussion/approved-plan.ts'
import { linesNow } from './discussion/plan-record.ts'
import { hasChanges } from './engine/plan.ts'
import { asDeployError, DeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { field, parseJson, text } from './json.ts'
import { planLines } from './render/plan-lines.ts'
import type { Planned } from './render/report.ts'

const GIVE_AGAIN =
  'Azure or the inputs changed since the approval. Have the new plan reviewed, and give its fingerprint or its file as `expected-plan`.'

const REVIEW_AGAIN =
  "Azure or the inputs changed since the review. Run the pull request's plan job again, which writes its comment anew, have that reviewed, and run this again."

const FINGERPRINT = /^[0-9a-f]{64}$/

/**
 * Only the plan that was approved may be applied; what cannot be checked counts as another plan.
 * @param expected the fingerprint of the approved plan; the path of its file, which can tell what differs; or `pull-request`.
 * @returns why not, before the first write; undefined when it may.
 */
export async function deviationFrom(
  expected: string | undefined,
  planned: Pick<Planned, 'inputs' | 'plan' | 'fingerprint'>,
  host: Pick<Host, 'readFile' | 'context' | 'discussion' | 'redact'>,
): Promise<DeployError | undefined> {
  if (expected === undefined || expected === planned.fingerprint) return undefined
  if (expected === 'pull-request') return deviationFromPullRequest(planned, host)
  if (FINGERPRINT.test(expected)) return changed(expected, planned.fingerprint, GIVE_AGAIN)

  const approved = parseJson(await host.readFile(expected))
  const fingerprint = text(field(approved, 'fingerprint'))
  if (field(approved, 'formatVersion') !== 1 || fingerprint === undefined || !FINGERPRINT.test(fingerprint))
    return unreadable(expected)
  if (fingerprint === planned.fingerprint) return undefined
  const { differing } = sideBySide(planLines(approved), linesNow(planned, host))
  const title = 'What differs (- approved, + now):'
  return changed(fingerprint, planned.fingerprint, GIVE_AGAIN, { title, differing, shared: [] })
}

/** A plan that does nothing needs nobody's approval: most pull requests are about something else. */
async function deviationFromPullRequest(
  planned: Pick<Planned, 'inputs' | 'plan' | 'fingerprint'>,
  host: Pick<Host, 'context' | 'discussion' | 'redact'>,
): Promise<DeployError | undefined> {
  if (!hasChanges(planned.plan)) return undefined
  try {
    const { fingerprint, lines } = await approvedPlan(planned.inputs, host)
    if (fingerprint === planned.fingerprint) return undefined
    if (lines === undefined) return changed(fingerprint, planned.fingerprint, REVIEW_AGAIN)
    const title = 'Both plans side by side (- approved, + now):'
    const sides = sideBySide(lines, linesNow(planned, host))
    return changed(fingerprint, planned.fingerprint, REVIEW_AGAIN, { title, ...sides })
  } catch (error) {
    return asDeployError(error)
  }
}

/** Two plans: the lines that only one of them has, and those of both. */
type Sides = { readonly differing: readonly string[]; readonly shared: readonly string[] }

/** What is told besides that another plan was approved. */
type Comparison = Sides & { readonly title: string }

function changed(approved: string, now: string, hint: string, comparison?: Comparison): DeployError {
  const message = [
    `The plan is not the one that was approved (${approved.slice(0, 12)}, now ${now.slice(0, 12)}). Nothing was changed.`,
    ...(comparison === undefined ? [] : told(comparison)),
  ].join('\n')
  return new DeployError('plan-changed', message, { hint })
}

/** What differs comes first, since an annotation ends after some lines. */
function told({ title, differing, shared }: Comparison): string[] {
  return differing.length === 0
    ? [
        'Both read the same: they differ in a secret alone, such as the token, of which a plan knows no more than whether it is another.',
      ]
    : [title, ...differing, ...shared]
}

function unreadable(path: string): DeployError {
  return new DeployError(
    'plan-changed',
    `The approved plan could not be checked: ${path} is not there, or is no plan of this action. Nothing was changed.`,
    {
      hint: 'Give `expected-plan` the output `plan-fingerprint` of the approved run (64 hex digits), or the path of its `plan-json` file.',
    },
  )
}

/** What only the approved plan has (-), what only the one of now has (+), and what they share. */
function sideBySide(approved: readonly string[], now: readonly string[]): Sides {
  const gone = approved.filter((line) => !now.includes(line)).map((line) => `- ${line}`)
  const come = now.filter((line) => !approved.includes(line)).map((line) => `+ ${line}`)
  const shared = approved.filter((line) => now.includes(line)).map((line) => `  ${line}`)
  return { differing: [...gone, ...come], shared }
}
