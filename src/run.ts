import { deviationFrom } from './approval.ts'
import type { Azure } from './azure/azure.ts'
import { getReady } from './discussion/discuss.ts'
import { cancelled } from './ended.ts'
import { apply, type Outcome } from './engine/apply.ts'
import { violationsOf } from './engine/guard.ts'
import { hasChanges } from './engine/plan.ts'
import { asDeployError, type DeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { type Inputs, parseInputs } from './inputs/inputs.ts'
import { planOffline, withoutVariables } from './offline.ts'
import { type Patience, patienceFor } from './patience.ts'
import { planFrom } from './planning.ts'
import { outcomeLine } from './render/outcome-line.ts'
import type { Planned } from './render/report.ts'
import { oneLine } from './render/visible.ts'
import { fail, finish, showPlan, showStart } from './report.ts'
import { connectServices, type Services } from './services.ts'
import { type Drift, driftFailure, leftOf, repairOf } from './spec/drift.ts'
import { refusalOf } from './spec/refusals.ts'
import { type AzureResource, RANK } from './spec/resources.ts'
import { verify } from './verify/verify.ts'

/** One run of the action, from raw inputs to the report. @param second of `Patience`. @returns the exit code. */
export async function run(host: Host, stop: AbortSignal, second = 1000): Promise<0 | 1> {
  const { withheld } = host.context
  const over = new AbortController()
  let inputs: Inputs | undefined
  try {
    inputs = await parseInputs(withheld === undefined ? host : withoutVariables(host))
    if (withheld !== undefined) return await planOffline(inputs, host, withheld)
    const ends = { stop: AbortSignal.any([stop, over.signal]), second }
    return await deploy(inputs, host, stop, patienceFor(inputs.timeout, host.log.info, ends))
  } catch (error) {
    return fail(host, stop.aborted ? cancelled([], ['everything: nothing was changed']) : asDeployError(error), inputs)
  } finally {
    // After a failure others may still be asked or waited for, and the process would not end before them.
    over.abort()
  }
}

async function deploy(inputs: Inputs, host: Host, stop: AbortSignal, patience: Patience): Promise<0 | 1> {
  getReady(inputs, host)
  const { services, planned } = await host.log.group('Sign in and observe', async () => {
    host.log.info(
      `Subscription ${inputs.subscriptionId}, resource group ${inputs.resourceGroup}, signed in by ${inputs.auth.by}`,
    )
    const services = await connectServices(inputs, host, patience)
    return { services, planned: await planFrom(inputs, services) }
  })
  const { azure } = services
  await showPlan(host, planned)
  if (inputs.operation === 'plan') return finish(host, planned, [])
  if (planned.drift !== undefined) return settleDrift(planned, planned.drift, services, host, stop)

  const refusal =
    (await deviationFrom(inputs.expectedPlan, planned, host)) ??
    refusalOf(violationsOf(planned.plan, inputs)) ??
    planned.obstacles.refusal
  if (refusal !== undefined) return finish(host, planned, [], refusal)
  const unprepared = await prepare(planned, azure, host)
  if (unprepared !== undefined) return finish(host, planned, [], unprepared)
  const outcomes = await carryOut(planned, azure, host, stop)
  const unchangeable = refusedInPlace(outcomes)
  // A plan that was approved is applied as it was approved, or not at all.
  if (stop.aborted || unchangeable.size === 0 || !inputs.allowReplace || inputs.expectedPlan !== undefined)
    return conclude(planned, outcomes, services, host, stop)

  host.log.info('Azure refused a change in place that our rules allow. With your consent it becomes a replace:')
  const again = await planFrom(inputs, services, unchangeable)
  await showPlan(host, again)
  return conclude(again, await carryOut(again, azure, host, stop), services, host, stop)
}

/** Everything was applied, or nothing had to be: does it work, and how is it told? `failure` is of the run in any case. */
async function conclude(
  planned: Planned,
  outcomes: readonly Outcome<AzureResource>[],
  services: Services,
  host: Host,
  stop: AbortSignal,
  failure?: DeployError,
): Promise<0 | 1> {
  if (stop.aborted) return finish(host, planned, outcomes, cancellation(outcomes))
  const { outcomes: told, error, ...found } = await verify(planned, outcomes, services, host)
  if (stop.aborted) return finish(host, planned, outcomes, cancellation(outcomes))
  return finish(host, { ...planned, ...found }, told, error ?? failure)
}

/** Drift is told, and on request taken back: a plan like any other, only smaller. */
async function settleDrift(
  planned: Planned,
  drift: Drift,
  services: Services,
  host: Host,
  stop: AbortSignal,
): Promise<0 | 1> {
  const { inputs, obstacles } = planned
  const repair = { ...planned, plan: repairOf(drift) }
  if (!inputs.autoRepair || !hasChanges(repair.plan))
    return conclude(planned, [], services, host, stop, driftFailure(drift, inputs))
  const refusal = refusalOf(violationsOf(repair.plan, inputs)) ?? obstacles.refusal
  if (refusal !== undefined) return finish(host, planned, [], refusal)
  const outcomes = await carryOut(repair, services.azure, host, stop)
  return conclude(planned, outcomes, services, host, stop, driftFailure(leftOf(drift), inputs))
}

/** What has to be there before anything can be created. @returns why it is not. */
async function prepare({ obstacles }: Planned, azure: Azure, host: Host): Promise<DeployError | undefined> {
  try {
    await azure.register(obstacles.unregistered, host.log.info)
    return undefined
  } catch (error) {
    return asDeployError(error)
  }
}

async function carryOut(
  planned: Planned,
  azure: Azure,
  host: Host,
  stop: AbortSignal,
): Promise<Outcome<AzureResource>[]> {
  await showStart(host, planned)
  return host.log.group('Apply', () =>
    apply(planned.plan, azure.adapters, RANK, (line) => host.log.info(oneLine(line)), stop),
  )
}

function cancellation(outcomes: readonly Outcome[]): DeployError {
  const isLeft = ({ result }: Outcome) => result === 'skipped' || result === 'failed'
  return cancelled(outcomes.filter((one) => !isLeft(one)).map(outcomeLine), outcomes.filter(isLeft).map(outcomeLine))
}

function refusedInPlace(outcomes: readonly Outcome[]): ReadonlySet<Outcome['change']['address']> {
  const refused = outcomes.filter((outcome) => outcome.result === 'failed' && outcome.error.code === 'replace-refused')
  return new Set(refused.map(({ change }) => change.address))
}
