import { hasChanges } from '../engine/plan.ts'
import { asDeployError, type DeployError, explain } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Outputs } from '../render/outputs.ts'
import { phaseOf } from '../render/phase.ts'
import type { Report } from '../render/report.ts'
import { keepComment } from './comment.ts'
import { keepDriftIssue } from './drift-issue.ts'
import { outdateComment } from './outdated.ts'
import { threadOf } from './thread.ts'

/** Loads what it takes and looks up the comment while Azure is asked. What goes wrong is told by whoever needs it. */
export function getReady(inputs: Inputs, host: Host): void {
  threadOf(inputs, host).catch(() => undefined)
}

/** Says on GitHub that the plan is being carried out. Whatever goes wrong goes wrong again at the end, and is told there. */
export async function discussStart(report: Report, host: Host): Promise<void> {
  if (!hasChanges(report.plan)) return
  try {
    await keepComment(report, 'applying', host)
  } catch (error) {
    host.log.debug(explain(asDeployError(error)))
  }
}

/** Says on GitHub how a run ended. What cannot be said is a warning: the run is what it is. @returns the addresses. */
export async function discussEnd(report: Report, host: Host): Promise<Outputs> {
  const comment = await attempt(() => keepComment(report, phaseOf(report), host), host)
  const issue = await attempt(() => keepDriftIssue(report, host), host)
  return {
    ...(comment !== undefined && { 'comment-url': comment }),
    ...(issue !== undefined && { 'issue-url': issue }),
  }
}

/** Says on GitHub that there is no plan, where an earlier one stands. */
export async function discussFailure(inputs: Inputs, error: DeployError, host: Host): Promise<void> {
  await attempt(() => outdateComment(inputs, error, host), host)
}

async function attempt<T>(work: () => Promise<T>, { log }: Host): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const known = asDeployError(error)
    log.warning(known.code, explain(known))
    return undefined
  }
}
