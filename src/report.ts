import { discussEnd, discussFailure, discussStart } from './discussion/discuss.ts'
import { section } from './ended.ts'
import { isLeft, type Outcome } from './engine/apply.ts'
import { existingAfter } from './engine/remainder.ts'
import { DeployError, explain } from './errors.ts'
import type { Host } from './host/host.ts'
import type { Inputs } from './inputs/inputs.ts'
import { subject } from './render/heading.ts'
import { planDigest, planLog } from './render/log.ts'
import { outcomeLine } from './render/outcome-line.ts'
import { connectorOutputs, type Outputs, planOutputs } from './render/outputs.ts'
import { planDocument } from './render/plan-json.ts'
import type { Planned, Report } from './render/report.ts'
import { failureSummary, summary } from './render/summary.ts'
import { aboutWhoApplies, refusalFor } from './spec/obstacles.ts'
import type { AzureResource } from './spec/resources.ts'

/** Signs of an annotation: GitHub cuts it at 4,096. */
const ANNOTATION = 4_000

/** Shows what is about to happen, before any of it does. At most two annotations: GitHub shows few, and nobody reads many. */
export async function showPlan(host: Host, planned: Planned): Promise<void> {
  const { inputs, warnings, obstacles, fingerprint } = planned
  await host.log.group('Plan', async () => {
    for (const line of planLog(planned)) host.log.info(line)
  })
  for (const line of planDigest(planned)) host.log.info(line)
  if (warnings.length > 0)
    host.log.warning(
      subject(planned, (name) => name),
      warnings.join('\n').slice(0, ANNOTATION),
    )
  const missing = refusalFor(obstacles.missing)
  if (inputs.operation === 'plan' && missing !== undefined) {
    const more = aboutWhoApplies(obstacles.missing)
      .map((line) => `\n${line}`)
      .join('')
    host.log.warning(missing.code, `${explain(missing, ANNOTATION - more.length)}${more}`)
  }
  const path = await host.file(
    `apono-plan-${fingerprint.slice(0, 12)}.json`,
    JSON.stringify(planDocument(planned), null, 2),
  )
  setOutputs(host, { 'plan-json': path })
}

/** Tells that the plan is being carried out now. */
export function showStart(host: Host, planned: Planned): Promise<void> {
  return discussStart({ ...planned, context: host.context, outcomes: [], links: [] }, host)
}

/** Tells how a run with a plan ended. @returns the exit code. */
export async function finish(
  host: Host,
  planned: Planned,
  outcomes: readonly Outcome<AzureResource>[],
  refusal?: DeployError,
): Promise<0 | 1> {
  const { inputs, plan, drift, fingerprint, portalUrl } = planned
  const error = refusal ?? failureOf(outcomes)
  const existing = existingAfter(plan, outcomes)
  const group = existing.find(({ resource }) => resource.kind === 'container-group')
  const links = group === undefined ? [] : [{ title: 'Azure portal', url: portalUrl(group.armId) }]

  setOutputs(
    host,
    connectorOutputs(
      inputs.connectorId,
      existing,
      planned.principal,
      portalUrl,
      planned.connector,
      namedWorkspace(inputs),
    ),
  )
  setOutputs(host, planOutputs(plan, fingerprint, outcomes, drift, error))
  const report: Report = { ...planned, context: host.context, outcomes, links, ...(error && { error }) }
  if (inputs.summary) await host.summary(summary(report))
  for (const outcome of outcomes) host.log.info(outcomeLine(outcome))
  setOutputs(host, await discussEnd(report, host))
  return error === undefined ? 0 : announce(host, error)
}

/** Tells of a failure before there was a plan. @param inputs if they were right. @returns the exit code. */
export async function fail(host: Host, error: DeployError, inputs?: Inputs): Promise<1> {
  setOutputs(host, { outcome: 'failed', 'failure-reason': error.code })
  if (host.input('summary').trim() !== 'false') await host.summary(failureSummary(error))
  if (inputs !== undefined) await discussFailure(inputs, error, host)
  return announce(host, error)
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
  const done = outcomes.filter((outcome) => !isLeft(outcome) && outcome.result !== 'unchanged')
  const left = outcomes.filter(isLeft)
  const message = [
    ...errors.map(({ message: text }) => text),
    ...section('Done', done.map(outcomeLine)),
    ...section('Left', left.map(outcomeLine)),
  ].join('\n')
  const hints = [...new Set(errors.map(({ hint }) => hint)), 'Running again continues from what is there.']
  return new DeployError(first.code, message, { hint: hints.join('\n'), facts: first.facts, cause: first })
}

function announce(host: Host, error: DeployError): 1 {
  const whole = explain(error)
  if (whole.length > ANNOTATION) host.log.untrusted(whole.split('\n'))
  host.log.error(error.code, explain(error, ANNOTATION))
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
