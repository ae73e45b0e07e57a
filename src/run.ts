import { apply } from './engine/apply.ts'
import { fingerprintOf } from './engine/fingerprint.ts'
import { refusalOf, refuseForeign } from './engine/guard.ts'
import { observe } from './engine/observe.ts'
import { makePlan } from './engine/plan.ts'
import { asDeployError } from './errors.ts'
import type { Host } from './host/host.ts'
import { type Inputs, parseInputs } from './inputs.ts'
import { notesOn } from './render/notes.ts'
import { fail, finish, showPlan } from './report.ts'
import { desiredFrom, targetsOf } from './spec/desired.ts'
import { tokenFingerprint } from './spec/token-fingerprint.ts'

/** One run of the action, from raw inputs to the report. @returns the exit code. */
export async function run(host: Host): Promise<0 | 1> {
  try {
    return await deploy(parseInputs(host), host)
  } catch (error) {
    return fail(host, asDeployError(error))
  }
}

async function deploy(inputs: Inputs, host: Host): Promise<0 | 1> {
  // Azure's SDKs are heavy: they load only now that the inputs are known to be right.
  const { connect } = await import('./azure/connect.ts')
  const azure = await connect(inputs, host, AbortSignal.timeout(inputs.timeout * 1000))
  const [location, fingerprintOfToken, actual] = await Promise.all([
    inputs.location ?? azure.resourceGroupLocation(),
    tokenFingerprint(inputs),
    observe(azure.containerGroups, targetsOf(inputs)),
  ])
  refuseForeign(actual)

  const desired = desiredFrom(inputs, { location, tokenFingerprint: fingerprintOfToken })
  const plan = makePlan(desired, actual, () => azure.containerGroups.rules)
  const notes = notesOn(plan, { tokenGiven: inputs.aponoToken !== undefined })
  const planned = { inputs, plan, notes, fingerprint: fingerprintOf(plan), portalUrl: azure.portalUrl }
  await showPlan(host, planned)
  if (inputs.operation === 'plan') return finish(host, planned, [])

  const refusal = refusalOf(plan)
  if (refusal !== undefined) return finish(host, planned, [], refusal)
  const outcomes = await host.log.group('Apply', () => apply(plan, azure.containerGroups, host.log.info))
  return finish(host, planned, outcomes)
}
