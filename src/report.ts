import { section } from './ended.ts'
import type { Outcome } from './engine/apply.ts'
import type { Actual } from './engine/resource.ts'
import { DeployError, explain } from './errors.ts'
import type { Host } from './host/host.ts'
import { planLog } from './render/log.ts'
import { outcomeLine } from './render/outcome-line.ts'
import { connectorOutputs, type Outputs, planOutputs } from './render/outputs.ts'
import { planDocument } from './render/plan-json.ts'
import { failureSummary, type Planned, summary } from './render/summary.ts'

/** Shows what is about to happen, before any of it does. */
export async function showPlan(
  host: Host,
  { inputs, plan, warnings, notes, obstacles, fingerprint }: Planned,
): Promise<void> {
  await host.log.group('Plan', async () => {
    for (const line of planLog(plan)) host.log.info(line)
  })
  for (const warning of warnings) host.log.info(`Warning: ${warning}`)
  for (const note of notes) host.log.info(`Note: ${note}`)
  if (inputs.operation === 'plan') for (const error of obstacles.missing) host.log.warning(error.code, explain(error))
  const path = await host.file(
    `apono-plan-${fingerprint.slice(0, 12)}.json`,
    JSON.stringify(planDocument(plan, fingerprint), null, 2),
  )
  setOutputs(host, { 'plan-json': path })
}

/** Tells how a run with a plan ended. @returns the exit code. */
export async function finish(
  host: Host,
  planned: Planned,
  outcomes: readonly Outcome[],
  refusal?: DeployError,
): Promise<0 | 1> {
  const { inputs, plan, drift, fingerprint, portalUrl } = planned
  const error = refusal ?? failureOf(outcomes)
  const existing = existingAfter(planned, outcomes)
  const group = existing.find(({ resource }) => resource.kind === 'container-group')
  const links = group === undefined ? [] : [{ title: 'Azure portal', url: portalUrl(group.armId) }]

  setOutputs(host, connectorOutputs(inputs.connectorId, existing, planned.principal, portalUrl, namedWorkspace(inputs)))
  setOutputs(host, planOutputs(plan, fingerprint, outcomes, drift, error))
  if (inputs.summary)
    await host.summary(summary({ ...planned, context: host.context, outcomes, links, ...(error && { error }) }))
  for (const outcome of outcomes) host.log.info(outcomeLine(outcome))
  return error === undefined ? 0 : announce(host, error)
}

/** Tells of a failure before there was a plan. @returns the exit code. */
export async function fail(host: Host, error: DeployError): Promise<1> {
  setOutputs(host, { outcome: 'failed', 'failure-reason': error.code })
  if (host.input('summary').trim() !== 'false') await host.summary(failureSummary(error))
  return announce(host, error)
}

/** What exists of the planned resources at the end of the run: as apply left it, or as it was found. */
function existingAfter({ plan }: Planned, outcomes: readonly Outcome[]): Actual[] {
  return plan.changes.flatMap((change) => {
    const outcome = outcomes.find((candidate) => candidate.change.address === change.address)
    if (outcome !== undefined && 'actual' in outcome) return [outcome.actual]
    if (
      outcome?.result === 'deleted' ||
      outcome?.result === 'removed' ||
      change.action === 'create' ||
      change.action === 'delete'
    )
      return []
    return [change.before]
  })
}

/** Somebody else's workspace that the connector logs to. */
function namedWorkspace({ operation, logAnalytics }: Planned['inputs']): string | undefined {
  return operation !== 'destroy' && logAnalytics.to === 'existing' ? logAnalytics.id : undefined
}

/** Every failure of an apply as one, with what was done and what is left: some rights may be given already, and some not. */
function failureOf(outcomes: readonly Outcome[]): DeployError | undefined {
  const errors = outcomes.flatMap((outcome) => (outcome.result === 'failed' ? [outcome.error] : []))
  const [first] = errors
  if (first === undefined || outcomes.length === 1) return first
  const done = outcomes.filter(({ result }) => result !== 'failed' && result !== 'skipped' && result !== 'unchanged')
  const left = outcomes.filter(({ result }) => result === 'failed' || result === 'skipped')
  const message = [
    ...errors.map(({ message: text }) => text),
    ...section('Done', done.map(outcomeLine)),
    ...section('Left', left.map(outcomeLine)),
  ].join('\n')
  const hints = [...new Set(errors.map(({ hint }) => hint)), 'Running again continues from what is there.']
  return new DeployError(first.code, message, { hint: hints.join('\n'), facts: first.facts, cause: first })
}

function announce(host: Host, error: DeployError): 1 {
  host.log.error(error.code, explain(error))
  host.log.debug(traceOf(error))
  return 1
}

/** The stack with all causes, for step debug logging only. */
function traceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${traceOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

function setOutputs(host: Host, outputs: Outputs): void {
  for (const [name, value] of Object.entries(outputs)) host.output(name, value)
}
