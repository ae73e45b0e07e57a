import { deviationFrom } from './approval.ts'
import type { Azure } from './azure/azure.ts'
import { getReady } from './discussion/discuss.ts'
import { cancelled } from './ended.ts'
import { apply, isLeft, type Outcome } from './engine/apply.ts'
import { violationsOf } from './engine/guard.ts'
import { hasChanges } from './engine/plan.ts'
import { asDeployError, DeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { type Inputs, parseInputs } from './inputs/inputs.ts'
import { planOffline, withoutVariables } from './offline.ts'
import { type Pace, type Patience, patienceFor } from './patience.ts'
import { planFrom } from './planning.ts'
import { outcomeLine } from './render/outcome-line.ts'
import type { Planned } from './render/report.ts'
import { oneLine } from './render/visible.ts'
import { fail, finish, showPlan, showStart } from './report.ts'
import { connectServices, type Services } from './services.ts'
import type { Drift } from './spec/drift.ts'
import { leftOf, repairOf } from './spec/drift-repair.ts'
import { driftFailure } from './spec/drift-report.ts'
import { refusalOf } from './spec/refusals.ts'
import { type AzureResource, RANK } from './spec/resources.ts'
import { verify } from './verify/verify.ts'

/** One run of the action, from raw inputs to the report. @returns the exit code. */
export async function run(host: Host, stop: AbortSignal, pace?: Pace): Promise<0 | 1> {
  const { withheld } = host.context
  const over = new AbortController()
  let inputs: Inputs | undefined
  try {
    inputs = await parseInputs(withheld === undefined ? host : withoutVariables(host))
    if (withheld !== undefined) return await planOffline(inputs, host, withheld)
    const ends = { stop: AbortSignal.any([stop, over.signal]), pace }
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
  await showPlan(host, planned)
  if (inputs.operation === 'plan') return finish(host, planned, [])
  if (planned.drift !== undefined) return settleDrift(planned, planned.drift, services, host, stop)

  const deviation = await deviationFrom(inputs.expectedPlan, planned, host)
  if (deviation !== undefined) return finish(host, planned, [], deviation)
  const done = await inRounds(planned, (whole) => whole, services, host, stop)
  return conclude(done, services, host, stop)
}

/** What became of a plan; with a refusal, it ended before a write. */
type Done = {
  readonly planned: Planned
  readonly outcomes: readonly Outcome<AzureResource>[]
  readonly refusal?: DeployError
}

/**
 * Carries out a plan, or a part of it. What Azure refuses to change in place, against our rules, becomes a replace in a second
 * round, on the same terms as any. A plan that was approved is applied as it was approved, or not at all.
 */
async function inRounds(
  planned: Planned,
  part: (whole: Planned) => Planned,
  services: Services,
  host: Host,
  stop: AbortSignal,
): Promise<Done> {
  const { inputs } = planned
  const first = { planned, ...(await carryOut(part(planned), services.azure, host, stop)) }
  const unchangeable = refusedInPlace(first.outcomes)
  if (stop.aborted || unchangeable.size === 0 || !inputs.allowReplace || inputs.expectedPlan !== undefined) return first
  host.log.info('Azure refused a change in place that our rules allow. With your consent it becomes a replace:')
  try {
    const again = await planFrom(inputs, services, unchangeable)
    await showPlan(host, again)
    const second = await carryOut(part(again), services.azure, host, stop)
    return second.refusal === undefined ? { planned: again, ...second } : { ...first, refusal: second.refusal }
  } catch (error) {
    // What the first round did must not be forgotten.
    return { ...first, refusal: asDeployError(error) }
  }
}

/** Everything was applied, or nothing had to be: does it work, and how is it told? `failure` is of the run in any case. */
async function conclude(
  { planned, outcomes, refusal }: Done,
  services: Services,
  host: Host,
  stop: AbortSignal,
  failure?: DeployError,
): Promise<0 | 1> {
  if (stop.aborted) return finish(host, planned, outcomes, cancellation(outcomes))
  if (refusal !== undefined) return finish(host, planned, outcomes, refusal)
  const verified = await verify(planned, outcomes, services, host).catch(asDeployError)
  if (stop.aborted) return finish(host, planned, outcomes, cancellation(outcomes))
  if (verified instanceof DeployError) return finish(host, planned, outcomes, verified)
  const { outcomes: told, error, ...found } = verified
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
  const { inputs } = planned
  const repair = (whole: Planned) => ({ ...whole, plan: repairOf(whole.drift ?? drift) })
  if (!inputs.autoRepair || !hasChanges(repair(planned).plan))
    return conclude({ planned, outcomes: [] }, services, host, stop, driftFailure(drift, inputs))
  const done = await inRounds(planned, repair, services, host, stop)
  return conclude(done, services, host, stop, driftFailure(leftOf(done.planned.drift ?? drift, done.outcomes), inputs))
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

/** Judges the whole plan before its first write, gets ready, and applies it. */
async function carryOut(planned: Planned, azure: Azure, host: Host, stop: AbortSignal): Promise<Omit<Done, 'planned'>> {
  const { inputs, plan, obstacles } = planned
  const refusal = refusalOf(violationsOf(plan, inputs)) ?? obstacles.refusal ?? (await prepare(planned, azure, host))
  if (refusal !== undefined) return { outcomes: [], refusal }
  await showStart(host, planned)
  const progress = (line: string) => host.log.info(oneLine(line))
  return { outcomes: await host.log.group('Apply', () => apply(plan, azure.adapters, RANK, progress, stop)) }
}

function cancellation(outcomes: readonly Outcome[]): DeployError {
  return cancelled(outcomes.filter((one) => !isLeft(one)).map(outcomeLine), outcomes.filter(isLeft).map(outcomeLine))
}

function refusedInPlace(outcomes: readonly Outcome[]): ReadonlySet<Outcome['change']['address']> {
  const refused = outcomes.filter((outcome) => outcome.result === 'failed' && outcome.error.code === 'replace-refused')
  return new Set(refused.map(({ change }) => change.address))
}
