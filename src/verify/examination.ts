import type { Azure } from '../azure/azure.ts'
import { conclude } from '../azure/conclusions.ts'
import type { Outcome } from '../engine/apply.ts'
import type { Actual } from '../engine/resource.ts'
import { asDeployError, type DeployError, type ErrorCode } from '../errors.ts'
import type { Host } from '../host/host.ts'
import { diagnosisLines } from '../render/diagnosis.ts'
import type { Planned } from '../render/report.ts'
import type { AzureResource, ContainerGroup } from '../spec/resources.ts'
import type { Diagnosis } from '../spec/sighting.ts'
import { isMeantToRun } from './standing.ts'

export type Examination = {
  /** Those that failed, with their reason where the group knows it. */
  readonly outcomes: readonly Outcome<AzureResource>[]
  /** Of groups that the run left alone. */
  readonly errors: readonly DeployError[]
  readonly diagnosis: readonly Diagnosis[]
}

/** Failures that the group itself may know the reason of. Azure's refusals have theirs with them. */
const OF_THE_GROUP: readonly ErrorCode[] = ['connector-unhealthy', 'provisioning-failed']

/** Looks at the groups that the run left alone, and asks every group that does not work for the reason. */
export async function examine(
  planned: Planned,
  outcomes: readonly Outcome<AzureResource>[],
  azure: Azure,
  host: Host,
): Promise<Examination> {
  const { inputs } = planned
  const diagnosis: Diagnosis[] = []

  async function concluded(error: DeployError, name: string, location: string | undefined): Promise<DeployError> {
    const found = OF_THE_GROUP.includes(error.code) ? await azure.diagnose(name) : undefined
    if (found === undefined) return error
    diagnosis.push(found)
    await host.log.group(`What "${name}" says`, async () => host.log.untrusted(diagnosisLines(found)))
    return conclude(error, found, { ...inputs, location })
  }

  async function withReason(outcome: Outcome<AzureResource>): Promise<Outcome<AzureResource>> {
    const { change } = outcome
    if (outcome.result !== 'failed' || !('after' in change || 'before' in change)) return outcome
    const resource = 'after' in change ? change.after : change.before.resource
    if (resource.kind !== 'container-group') return outcome
    return { ...outcome, error: await concluded(outcome.error, resource.name, resource.properties.location) }
  }

  const told: Outcome<AzureResource>[] = []
  for (const outcome of outcomes) told.push(await withReason(outcome))
  const errors: DeployError[] = []
  for (const group of inputs.wait === 'none' ? [] : leftAlone(planned, outcomes)) {
    const error = await ailmentOf(group, azure, host)
    const { name, properties } = group.resource
    if (error !== undefined) errors.push(await concluded(error, name, properties.location))
  }
  return { outcomes: told, errors, diagnosis }
}

/** Groups that exist and are meant to run, but that nothing was done about: a drift run watches them here. */
function leftAlone({ plan }: Planned, outcomes: readonly Outcome[]): Actual<ContainerGroup>[] {
  const settled = new Set(outcomes.map(({ change }) => change.address))
  return plan.changes.flatMap((change) => {
    if (settled.has(change.address) || !('before' in change) || change.action === 'delete') return []
    const { resource, ...rest } = change.before
    return resource.kind === 'container-group' && isMeantToRun(resource) ? [{ resource, ...rest }] : []
  })
}

async function ailmentOf(group: Actual<ContainerGroup>, azure: Azure, host: Host): Promise<DeployError | undefined> {
  try {
    await azure.adapters['container-group'].settle(group, (line) => host.log.info(`${group.resource.name}: ${line}`))
    return undefined
  } catch (error) {
    return asDeployError(error)
  }
}
